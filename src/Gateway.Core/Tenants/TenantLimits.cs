namespace Gateway.Core.Tenants;

/// <summary>What a tenant uses of what it may use. Thread-safe.</summary>
sealed class TenantLimits(TenantLimitOptions options, TimeProvider time)
{
    readonly TokenBucket _messages = new(options.MessagesPerSecond, time);
    readonly TokenBucket _bytes = new(options.BytesPerSecond, time);
    int _connections;
    int _topics;
    long _refused;

    /// <summary>How often something was refused because of a limit.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Takes a place for a connection; given back by <see cref="LeaveConnection"/>.</summary>
    public bool TryEnterConnection() => TryEnter(ref _connections, options.Connections);

    public void LeaveConnection() => Interlocked.Decrement(ref _connections);

    /// <summary>Takes a place for a topic that is about to exist; given back by <see cref="LeaveTopic"/>.</summary>
    public bool TryEnterTopic() => TryEnter(ref _topics, options.Topics);

    public void LeaveTopic() => Interlocked.Decrement(ref _topics);

    /// <summary>A client sends a message.</summary>
    /// <returns>Zero if it may; else when it may try again.</returns>
    public TimeSpan TryTakeMessage(long bytes)
    {
        var wait = _messages.TryTake(1);
        if (wait == TimeSpan.Zero)
            wait = _bytes.TryTake(bytes);
        if (wait > TimeSpan.Zero)
            Interlocked.Increment(ref _refused);
        return wait;
    }

    /// <summary>Bytes of a message whose length was not known when it began.</summary>
    public void ChargeBytes(long bytes) => _bytes.Charge(bytes);

    bool TryEnter(ref int count, int limit)
    {
        if (Interlocked.Increment(ref count) <= limit || limit == 0)
            return true;
        Interlocked.Decrement(ref count);
        Interlocked.Increment(ref _refused);
        return false;
    }
}
