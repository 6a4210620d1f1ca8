namespace Gateway.Core.Tenants;

/// <summary>
/// A rate limit: fills at a rate, holds one second's worth, and may be overdrawn by the last one who takes: a message
/// larger than the bucket passes once, and those behind it wait. Thread-safe.
/// </summary>
/// <param name="perSecond">The rate to begin with; 0 = no limit.</param>
/// <param name="time">The clock.</param>
sealed class TokenBucket(long perSecond, TimeProvider time)
{
    readonly Lock _gate = new();
    double _level = perSecond;
    long _perSecond = perSecond;
    long _filledAt = time.GetTimestamp();

    /// <summary>The rate; 0 = no limit. A change keeps what has been taken.</summary>
    public long PerSecond
    {
        get => Interlocked.Read(ref _perSecond);
        set
        {
            lock (_gate)
            {
                Fill();
                _level = value == 0 ? 0 : _level + value - _perSecond;
                Interlocked.Exchange(ref _perSecond, value);
            }
        }
    }

    /// <summary>What has been taken of a second's worth and has not come back yet.</summary>
    public long Used
    {
        get
        {
            lock (_gate)
            {
                Fill();
                return (long)(_perSecond - _level);
            }
        }
    }

    /// <summary>Takes if the bucket is not empty.</summary>
    /// <returns>Zero if taken; else how long until there is something again.</returns>
    public TimeSpan TryTake(long amount)
    {
        if (PerSecond == 0)
            return TimeSpan.Zero;
        lock (_gate)
        {
            Fill();
            if (_level <= 0 && _perSecond > 0)
                return TimeSpan.FromSeconds((1 - _level) / _perSecond);
            _level -= amount;
            return TimeSpan.Zero;
        }
    }

    /// <summary>Takes what has been used already.</summary>
    public void Charge(long amount)
    {
        if (PerSecond == 0)
            return;
        lock (_gate)
        {
            Fill();
            _level -= amount;
        }
    }

    void Fill()
    {
        long now = time.GetTimestamp();
        _level = Math.Min(_perSecond, _level + (time.GetElapsedTime(_filledAt, now).TotalSeconds * _perSecond));
        _filledAt = now;
    }
}
