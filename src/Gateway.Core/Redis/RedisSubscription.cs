using StackExchange.Redis;

namespace Gateway.Core.Redis;

/// <summary>A subscription that Redis has acknowledged. It outlives the loss of the connection: it is renewed on return.</summary>
public sealed class RedisSubscription
{
    readonly ISubscriber _subscriber;
    readonly RedisChannel _name;
    readonly Action _leave;

    internal RedisSubscription(ISubscriber subscriber, RedisChannel name, Action leave) =>
        (_subscriber, _name, _leave) = (subscriber, name, leave);

    /// <summary>Completes when Redis is known to hold the subscription; to be asked after <see cref="RedisConnection.Restored"/>.</summary>
    /// <exception cref="RedisUnavailableException">Redis does not answer.</exception>
    public Task ConfirmAsync() => SettleAsync(_subscriber, _name);

    /// <summary>The same for a name that perhaps nobody here subscribes to: then Redis holds no subscription afterwards.</summary>
    internal static async Task SettleAsync(ISubscriber subscriber, RedisChannel name)
    {
        // A second handler asks Redis for the subscription unless it is held already; taken away, it leaves the first in
        // place. It is taken away whatever Redis says: it would outlive the subscription.
        try
        {
            await RedisUnavailableException.Guard(subscriber.SubscribeAsync(name, Ignore)).ConfigureAwait(false);
        }
        finally
        {
            await subscriber.UnsubscribeAsync(name, Ignore).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends the subscription. While Redis is away there is nothing to end there, and this completes at once.</summary>
    public Task UnsubscribeAsync()
    {
        _leave();
        return _subscriber.UnsubscribeAsync(_name, Ignore, _subscriber.IsConnected(_name) ? CommandFlags.None : CommandFlags.FireAndForget);
    }

    /// <summary>The client library's handler: messages are taken out before it sees them (<see cref="MessageStream"/>).</summary>
    internal static void Ignore(RedisChannel name, RedisValue payload)
    {
    }
}
