using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gateway.Core.Auth.Users;

/// <summary>
/// Bounds how many log-ins may fail within a minute, by account and by address. Only failures count; but as many attempts
/// at once as may still fail, so that guesses gain nothing by being made together: the next waits for how those end.
/// Needs no bound of its own on memory, since each failure has cost a hash.
/// </summary>
sealed class LoginThrottle(TimeProvider time)
{
    public const int PerAccount = 10;
    public const int PerAddress = 100;

    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    readonly Dictionary<Int128, Budget> _accounts = [];
    readonly Dictionary<Int128, Budget> _addresses = [];
    long _swept = time.GetTimestamp();

    /// <summary>Waits until it is known whether the attempt may be made. Ends with the attempt, or with when to come back.</summary>
    public async ValueTask<(Attempt? Attempt, TimeSpan RetryAfter)> EnterAsync(
        string username, IPAddress? address, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                Sweep();
                var attempt = new Attempt(this, Find(_accounts, KeyOf(username), PerAccount), address == null ? null : Find(_addresses, KeyOf(address), PerAddress));
                if (attempt.RetryAfter(time.GetTimestamp()) is var wait && wait > TimeSpan.Zero)
                    return (null, wait);
                if (attempt.TryBegin(out changed))
                    return (attempt, default);
            }
            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    static Budget Find(Dictionary<Int128, Budget> budgets, Int128 key, int limit)
    {
        ref var budget = ref CollectionsMarshal.GetValueRefOrAddDefault(budgets, key, out _);
        return budget ??= new Budget(limit);
    }

    // Names may be long and are not worth keeping; a hash of 16 bytes is as good as the name.
    static Int128 KeyOf(string username) =>
        MemoryMarshal.Read<Int128>(SHA256.HashData(MemoryMarshal.AsBytes(username.AsSpan())));

    // Whoever has one IPv6 address has the 2^64 of its network.
    static Int128 KeyOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            bytes[8..].Clear();
        return MemoryMarshal.Read<Int128>(bytes);
    }

    void Sweep()
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(_swept, now) < Window)
            return;
        _swept = now;
        foreach (var budgets in new[] { _accounts, _addresses })
            foreach (var (key, _) in budgets.Where(entry => entry.Value.IsIdle(time, now)).ToList())
                budgets.Remove(key);
    }

    /// <summary>One log-in that is being tried; whoever makes it says whether it failed, and disposes it.</summary>
    internal sealed class Attempt(LoginThrottle throttle, Budget account, Budget? address) : IDisposable
    {
        bool _failed;

        public void Fail() => _failed = true;

        public TimeSpan RetryAfter(long now)
        {
            var byAccount = account.RetryAfter(throttle.Time, now);
            var byAddress = address?.RetryAfter(throttle.Time, now) ?? TimeSpan.Zero;
            return byAccount > byAddress ? byAccount : byAddress;
        }

        public bool TryBegin(out Task changed)
        {
            changed = !account.HasRoom ? account.Changed : address is { HasRoom: false } ? address.Changed : Task.CompletedTask;
            if (!changed.IsCompleted)
                return false;
            account.Begin();
            address?.Begin();
            return true;
        }

        public void Dispose()
        {
            lock (throttle._lock)
            {
                long? failure = _failed ? throttle.Time.GetTimestamp() : null;
                account.End(failure);
                address?.End(failure);
            }
        }
    }

    TimeProvider Time => time;

    /// <summary>How many log-ins may still fail; under the throttle's lock.</summary>
    internal sealed class Budget(int limit)
    {
        readonly Queue<long> _failures = new();
        TaskCompletionSource? _changed;
        int _trying;

        public bool HasRoom => _failures.Count + _trying < limit;

        public Task Changed => (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        /// <summary>When the next may fail again; zero if that is now.</summary>
        public TimeSpan RetryAfter(TimeProvider time, long now)
        {
            Forget(time, now);
            return _failures.Count < limit ? TimeSpan.Zero : Window - time.GetElapsedTime(_failures.Peek(), now);
        }

        public bool IsIdle(TimeProvider time, long now)
        {
            Forget(time, now);
            return _trying == 0 && _failures.Count == 0;
        }

        public void Begin() => _trying++;

        public void End(long? failure)
        {
            _trying--;
            if (failure is { } when)
                _failures.Enqueue(when);
            _changed?.SetResult();
            _changed = null;
        }

        void Forget(TimeProvider time, long now)
        {
            while (_failures.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) >= Window)
                _failures.Dequeue();
        }
    }
}
