using Gateway.Core.Auth;

namespace Gateway.Core.Tests.Auth.Users;

/// <summary>A hasher that is quick, counts, and can be held up.</summary>
sealed class TestHasher : IPasswordHasher
{
    int _hashed;
    int _verified;

    public int Hashed => Volatile.Read(ref _hashed);

    public int Verified => Volatile.Read(ref _verified);

    /// <summary>While it is reset, hashing waits.</summary>
    public ManualResetEventSlim Gate { get; } = new(true);

    public bool Fails { get; set; }

    public string NoPassword => "none";

    public bool Accepts(string password) => password.Length <= 72;

    public string Hash(string password)
    {
        Interlocked.Increment(ref _hashed);
        Gate.Wait();
        return Fails ? throw new InvalidOperationException("The hasher fails.") : $"hash of {password}";
    }

    public bool Verify(string password, string hash)
    {
        Interlocked.Increment(ref _verified);
        Gate.Wait();
        return hash == $"hash of {password}";
    }
}
