using Gateway.Core.Diagnostics;
using Gateway.Core.Redis;

namespace Gateway.Modules.Router.Topics;

/// <summary>
/// A name on Redis that this process listens to: its subscribers, and one subscription at Redis for all of them. What it
/// asks of Redis it asks in turn, so that a subscriber that comes while the last one's leave is under way is not left
/// deaf, and one that comes while the first's subscription is under way waits for it.
/// </summary>
sealed class Topic(string name, TopicTable table)
{
    readonly Lock _gate = new();
    readonly HashSet<ITopicSubscriber> _subscribers = [];
    Task _last = Task.CompletedTask;
    Task? _subscribed;
    RedisSubscription? _redis;

    public string Name => name;

    /// <summary>Adds a subscriber; the task completes when Redis has acknowledged the subscription. Called by the table under its lock.</summary>
    public Task Join(ITopicSubscriber subscriber)
    {
        lock (_gate)
            _subscribers.Add(subscriber);
        if (_subscribed is null or { IsFaulted: true })
            _last = _subscribed = SubscribeAsync(_last);
        return _subscribed;
    }

    /// <summary>Removes a subscriber; the task completes when Redis has been left by the last one. Called by the table under its lock.</summary>
    public Task Leave(ITopicSubscriber subscriber)
    {
        bool empty;
        lock (_gate)
        {
            _subscribers.Remove(subscriber);
            empty = _subscribers.Count == 0;
        }
        if (!empty)
            return Task.CompletedTask;
        _subscribed = null;
        return _last = UnsubscribeAsync(_last);
    }

    /// <summary>Whether there is no subscriber. Asked by the table under its lock.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _subscribers.Count == 0;
        }
    }

    /// <summary>Completes when Redis holds the subscription again after a loss; then the subscribers are told of it.</summary>
    public async Task RenewAsync()
    {
        if (_redis is not { } redis)
            return;
        await redis.ConfirmAsync().ConfigureAwait(false);
        TellOfGap();
    }

    void TellOfGap()
    {
        lock (_gate)
        {
            foreach (var subscriber in _subscribers)
                subscriber.OnGap();
        }
    }

    async Task SubscribeAsync(Task previous)
    {
        // Not on the caller's stack: it holds the table's lock.
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        _redis ??= await table.SubscribeAsync(name, OnMessage).ConfigureAwait(false);
    }

    async Task UnsubscribeAsync(Task previous)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        // Somebody has come meanwhile, and takes the subscription over.
        if (!IsEmpty)
            return;
        if (_redis is { } redis)
        {
            _redis = null;
            await redis.UnsubscribeAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        table.RemoveIfEmpty(this);
    }

    void OnMessage(RedisMessage received)
    {
        if (received.Missed > 0)
        {
            table.Overflowed(name, received.Missed);
            TellOfGap();
        }
        if (TopicMessage.Read(received.Payload, received.Waiting, out string? fault) is not { } message)
        {
            table.Invalid(name, fault!);
            return;
        }
        using var span = table.BeginPublish();
        lock (_gate)
        {
            span?.SetTag(GatewayTraces.Subscribers, _subscribers.Count);
            foreach (var subscriber in _subscribers)
                subscriber.OnMessage(message);
        }
    }
}
