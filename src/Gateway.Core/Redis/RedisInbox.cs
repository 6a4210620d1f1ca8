namespace Gateway.Core.Redis;

/// <summary>
/// The messages that wait for a module's handlers, whatever their names: they are handed over one after the other, in the
/// order in which they came. Bounded: where the handlers do not keep up, the oldest are dropped. Thread-safe.
/// </summary>
/// <param name="failed">Told what a handler throws.</param>
sealed class RedisInbox(Action<Exception> failed) : IThreadPoolWorkItem
{
    internal const int MaxWaiting = 100_000;
    const long MaxWaitingBytes = 256L * 1024 * 1024;

    readonly Lock _gate = new();
    readonly Queue<(RedisSubscriber Subscriber, byte[] Payload)> _waiting = new();
    long _bytes;
    bool _isRunning;

    /// <summary>How many messages wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>Adds a message for a subscriber.</summary>
    public void Add(RedisSubscriber subscriber, byte[] payload)
    {
        lock (_gate)
        {
            _waiting.Enqueue((subscriber, payload));
            _bytes += payload.Length;
            while (_waiting.Count > MaxWaiting || (_bytes > MaxWaitingBytes && _waiting.Count > 1))
                Take().Subscriber.Missed++;
            if (_isRunning)
                return;
            _isRunning = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (TryTake(out var subscriber, out var message))
        {
            try
            {
                if (!subscriber.HasLeft)
                    subscriber.Get(message);
            }
            catch (Exception e)
            {
                failed(e);
            }
        }
    }

    bool TryTake(out RedisSubscriber subscriber, out RedisMessage message)
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _isRunning = false;
                (subscriber, message) = (null!, default);
                return false;
            }
            (subscriber, byte[] payload) = Take();
            message = new(payload, _waiting.Count, subscriber.Missed);
            subscriber.Missed = 0;
            return true;
        }
    }

    // Under the lock.
    (RedisSubscriber Subscriber, byte[] Payload) Take()
    {
        var first = _waiting.Dequeue();
        _bytes -= first.Payload.Length;
        return first;
    }
}
