namespace Gateway.Core.Auth;

/// <summary>Turns passwords into what may be stored. Slow on purpose: call it by <see cref="Users.PasswordQueue"/>.</summary>
public interface IPasswordHasher
{
    /// <summary>A hash that no password has, and that takes as long to verify as one made by <see cref="Hash"/>.</summary>
    string NoPassword { get; }

    /// <summary>Whether the whole password would count; <see cref="Hash"/> takes no other.</summary>
    bool Accepts(string password);

    /// <summary>A new hash, with a salt of its own.</summary>
    /// <exception cref="ArgumentException">The password is not one that <see cref="Accepts"/>.</exception>
    string Hash(string password);

    /// <summary>Whether the hash was made of the password; false for a hash that is none.</summary>
    bool Verify(string password, string hash);
}
