using StackExchange.Redis;

namespace Gateway.Core.Redis;

/// <summary>
/// A tenant's way to publish and subscribe over Redis, embedded or external. Names get the tenant's prefix, so that no
/// tenant meets another. Delivery is at most once; what is published while the connection is lost is lost. Thread-safe.
/// </summary>
public sealed class RedisConnection
{
    // What waits in a subscription for a handler that does not keep up; beyond, the oldest are dropped.
    internal const int MaxWaiting = 100_000;
    const long MaxWaitingBytes = 256L * 1024 * 1024;

    static readonly TimeSpan ReleasePause = TimeSpan.FromSeconds(1);

    readonly RedisLink _link;
    readonly string _prefix;

    internal RedisConnection(RedisLink link, string prefix)
    {
        (_link, _prefix) = (link, prefix);
        link.Lost += () => Lost?.Invoke();
        link.Restored += () => Restored?.Invoke();
    }

    /// <summary>Whether Redis can be reached, as far as is known.</summary>
    public bool IsConnected => _link.IsConnected;

    /// <summary>The connection has been lost. Handlers must not block.</summary>
    public event Action? Lost;

    /// <summary>
    /// The connection is back, and the subscriptions are being renewed. Handlers must not block;
    /// <see cref="RedisSubscription.ConfirmAsync"/> tells when one is in force again.
    /// </summary>
    public event Action? Restored;

    /// <summary>Subscribes to a name, taken literally. When this completes, Redis has acknowledged it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="handler">Gets the messages one after the other, in the order in which Redis sent them. What it throws is logged. If it does not keep up, messages are dropped, and <see cref="RedisMessage.Missed"/> says so.</param>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<RedisSubscription> SubscribeAsync(string name, Action<RedisMessage> handler)
    {
        if (_link.Hangs)
            throw new RedisUnavailableException(new TimeoutException("Redis hangs."));
        var subscriber = await _link.SubscriberAsync().ConfigureAwait(false);
        var literal = RedisChannel.Literal(_prefix + name);
        ChannelMessageQueue queue;
        try
        {
            queue = await RedisUnavailableException.Guard(subscriber.SubscribeAsync(literal)).ConfigureAwait(false);
        }
        catch (RedisUnavailableException)
        {
            // The library would subscribe as soon as Redis is back.
            await subscriber.UnsubscribeAsync(literal, flags: CommandFlags.FireAndForget).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _ = ReleaseAsync(subscriber, literal);
            throw;
        }
        _ = PumpAsync(queue, handler);
        return new RedisSubscription(subscriber, literal, queue);
    }

    /// <summary>Publishes to a name.</summary>
    /// <returns>How many subscribers Redis gave it to.</returns>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<long> PublishAsync(string name, ReadOnlyMemory<byte> payload)
    {
        var subscriber = await _link.SubscriberAsync().ConfigureAwait(false);
        return await RedisUnavailableException.Guard(subscriber.PublishAsync(RedisChannel.Literal(_prefix + name), payload)).ConfigureAwait(false);
    }

    // Redis may have got the command all the same, and the library ends there only what it knows to be held. A connection
    // that is lost takes all of it along.
    async Task ReleaseAsync(ISubscriber subscriber, RedisChannel name)
    {
        while (_link.IsConnected || _link.Hangs)
        {
            try
            {
                if (!_link.Hangs)
                {
                    await RedisSubscription.SettleAsync(subscriber, name).ConfigureAwait(false);
                    return;
                }
            }
            catch (RedisUnavailableException)
            {
                // It is slow: later, then.
            }
            await Task.Delay(ReleasePause, _link.Stopping).ConfigureAwait(false);
        }
    }

    // Ends with the subscription.
    async Task PumpAsync(ChannelMessageQueue queue, Action<RedisMessage> handler)
    {
        int missed = 0;
        await foreach (var message in queue.ConfigureAwait(false))
        {
            byte[]? payload = message.Message;
            int waiting = queue.TryGetCount(out int count) ? count : 0;
            if (waiting > MaxWaiting || (long)waiting * (payload?.Length ?? 0) > MaxWaitingBytes)
            {
                missed++;
                continue;
            }
            try
            {
                handler(new(payload, waiting, missed));
            }
            catch (Exception e)
            {
                _link.HandlerFailed(e);
            }
            missed = 0;
        }
    }
}
