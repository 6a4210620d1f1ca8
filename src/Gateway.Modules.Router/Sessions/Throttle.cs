using Gateway.Modules.Router.Topics;

namespace Gateway.Modules.Router.Sessions;

/// <summary>
/// Thins out what a subscription gets (specification, section 5.6): of the messages of a key that come too soon after
/// the last sent, only the latest is sent, when the time has come. Used under the session's lock.
/// </summary>
/// <param name="gate">That lock, taken when a delayed message is due.</param>
/// <param name="send">Sends a delayed message; called under the lock.</param>
/// <param name="time">The clock.</param>
sealed class Throttle(Lock gate, Action<TopicMessage> send, TimeProvider time) : IDisposable
{
    /// <summary>How many keys are known; beyond, the oldest is forgotten, and what it put off is sent.</summary>
    public const int MaxKeys = 10_000;

    // The longest that a timer waits.
    static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    readonly Dictionary<string, Clock> _clocks = [];
    readonly Queue<string> _keys = new();
    bool _disposed;

    /// <summary>Starts a key's clock without a message.</summary>
    public void Start(string key)
    {
        if (_keys.Count == MaxKeys)
            Forget(_keys.Dequeue());
        _keys.Enqueue(key);
        _clocks[key] = new Clock { LastSent = time.GetTimestamp() };
    }

    /// <summary>Whether the message is to be sent now; if not, it is kept, and sent if no later one comes in time.</summary>
    public bool Accept(TopicMessage message, double seconds, string key)
    {
        if (!_clocks.TryGetValue(key, out var clock))
        {
            Start(key);
            return true;
        }
        double elapsed = time.GetElapsedTime(clock.LastSent).TotalSeconds;
        if (!(elapsed < seconds))
        {
            clock.Stop();
            clock.LastSent = time.GetTimestamp();
            return true;
        }
        clock.Pending = message;
        if (clock.Timer == null)
        {
            int round = clock.Round;
            clock.Timer = time.CreateTimer(_ => OnDue(clock, round), null, Delay(seconds - elapsed), Timeout.InfiniteTimeSpan);
        }
        return false;
    }

    /// <summary>Discards what is pending.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (var clock in _clocks.Values)
            clock.Stop();
    }

    void Forget(string key)
    {
        if (!_clocks.Remove(key, out var clock))
            return;
        var pending = clock.Pending;
        clock.Stop();
        if (pending != null)
            send(pending);
    }

    void OnDue(Clock clock, int round)
    {
        lock (gate)
        {
            if (_disposed || clock.Round != round || clock.Pending is not { } message)
                return;
            clock.Stop();
            clock.LastSent = time.GetTimestamp();
            send(message);
        }
    }

    static TimeSpan Delay(double seconds) => seconds < Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan;

    sealed class Clock
    {
        public long LastSent { get; set; }

        public TopicMessage? Pending { get; set; }

        public ITimer? Timer { get; set; }

        /// <summary>Tells the timer's call from one that was stopped when it had begun already.</summary>
        public int Round { get; private set; }

        public void Stop()
        {
            Timer?.Dispose();
            (Timer, Pending) = (null, null);
            Round++;
        }
    }
}
