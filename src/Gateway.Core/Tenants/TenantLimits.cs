namespace Gateway.Core.Tenants;

/// <summary>What a tenant uses of what it may use. Thread-safe.</summary>
sealed class TenantLimits(TenantLimitOptions options, TimeProvider time)
{
    readonly TokenBucket _messages = new(options.MessagesPerSecond, time);
    readonly TokenBucket _bytes = new(options.BytesPerSecond, time);
    readonly TenantCount _connections = new() { Limit = options.Connections };
    readonly TenantCount _topics = new() { Limit = options.Topics };
    readonly TenantCount _storage = new() { Limit = options.StorageBytes };
    long _messagesRefused;
    long _bytesRefused;

    /// <summary>What is kept on disk.</summary>
    public StorageQuota Storage => field ??= new(_storage);

    /// <summary>The topics.</summary>
    public TopicQuota Topics => field ??= new(_topics);

    /// <summary>How often each limit refused something.</summary>
    public IEnumerable<(string Limit, long Count)> Refused =>
    [
        ("connections", _connections.Refused),
        ("messages", Interlocked.Read(ref _messagesRefused)),
        ("bytes", Interlocked.Read(ref _bytesRefused)),
        ("topics", _topics.Refused),
        ("storage", _storage.Refused),
    ];

    /// <summary>What is used of what may be used; a limit of 0 is none.</summary>
    public IEnumerable<(string Limit, long Used, long Of)> Usage =>
    [
        ("connections", _connections.Value, _connections.Limit),
        ("messages", _messages.Used, _messages.PerSecond),
        ("bytes", _bytes.Used, _bytes.PerSecond),
        ("topics", _topics.Value, _topics.Limit),
        ("storage", _storage.Value, _storage.Limit),
    ];

    /// <summary>Whether there is a limit of bytes.</summary>
    public bool CountsBytes => _bytes.PerSecond > 0;

    /// <summary>Has other limits from now on; what is used stays counted.</summary>
    public void Change(TenantLimitOptions to)
    {
        _messages.PerSecond = to.MessagesPerSecond;
        _bytes.PerSecond = to.BytesPerSecond;
        _connections.Limit = to.Connections;
        _topics.Limit = to.Topics;
        _storage.Limit = to.StorageBytes;
    }

    /// <summary>Takes a place for a connection; given back by <see cref="LeaveConnection"/>.</summary>
    public bool TryEnterConnection() => _connections.TryAdd(1);

    public void LeaveConnection() => _connections.Add(-1);

    /// <summary>A client sends a message.</summary>
    /// <returns>Zero if it may; else when it may try again.</returns>
    public TimeSpan TryTakeMessage(long bytes)
    {
        var wait = _messages.TryTake(1);
        if (wait > TimeSpan.Zero)
        {
            Interlocked.Increment(ref _messagesRefused);
            return wait;
        }
        wait = _bytes.TryTake(bytes);
        if (wait > TimeSpan.Zero)
            Interlocked.Increment(ref _bytesRefused);
        return wait;
    }

    /// <summary>Bytes of a message whose length was not known when it began.</summary>
    public void ChargeBytes(long bytes) => _bytes.Charge(bytes);
}
