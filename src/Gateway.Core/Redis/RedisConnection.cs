using StackExchange.Redis;

namespace Gateway.Core.Redis;

/// <summary>
/// A tenant's way to publish and subscribe over Redis, embedded or external. Names get the tenant's prefix, so that no
/// tenant meets another. Delivery is at most once; what is published while the connection is lost is lost. Thread-safe.
/// </summary>
public sealed class RedisConnection
{
    static readonly TimeSpan ReleasePause = TimeSpan.FromSeconds(1);

    readonly RedisLink _link;
    readonly string _prefix;

    internal RedisConnection(RedisLink link, string prefix)
    {
        (_link, _prefix) = (link, prefix);
        Inbox = new(link.HandlerFailed);
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

    /// <summary>What waits for the handlers.</summary>
    internal RedisInbox Inbox { get; }

    /// <summary>
    /// Subscribes to a name, taken literally. When this completes, Redis has acknowledged it. All handlers of this object
    /// are called one after the other, in the order in which Redis sent the messages, whatever their names: none may block.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="handler">Gets the messages. What it throws is logged. If the handlers do not keep up, messages are dropped, and <see cref="RedisMessage.Missed"/> says so.</param>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public async Task<RedisSubscription> SubscribeAsync(string name, Action<RedisMessage> handler)
    {
        if (_link.Hangs)
            throw new RedisUnavailableException(new TimeoutException("Redis hangs."));
        var subscriber = await _link.SubscriberAsync().ConfigureAwait(false);
        string full = _prefix + name;
        var literal = RedisChannel.Literal(full);
        var receiver = new RedisSubscriber(Inbox, handler);
        // Before Redis is asked: messages may come with its answer.
        _link.Subscribers.Add(full, receiver);
        try
        {
            await RedisUnavailableException.Guard(subscriber.SubscribeAsync(literal, RedisSubscription.Ignore)).ConfigureAwait(false);
        }
        catch (RedisUnavailableException)
        {
            _link.Subscribers.Remove(full, receiver);
            // The library would subscribe as soon as Redis is back.
            await subscriber.UnsubscribeAsync(literal, RedisSubscription.Ignore, CommandFlags.FireAndForget).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _ = ReleaseAsync(subscriber, literal);
            throw;
        }
        return new RedisSubscription(subscriber, literal, () => _link.Subscribers.Remove(full, receiver));
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
}
