using System.Diagnostics;
using Gateway.Core.Diagnostics;
using Gateway.Core.Redis;
using Gateway.Core.Tenants;
using Microsoft.Extensions.Logging;

namespace Gateway.Modules.Router.Topics;

/// <summary>The topics that somebody subscribes to: each is subscribed to once at Redis, however many clients there are.</summary>
sealed class TopicTable
{
    /// <summary>How many subscriptions are confirmed at a time after a loss.</summary>
    const int RenewalBatch = 512;

    static readonly TimeSpan RenewalPause = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    readonly Dictionary<string, Topic> _topics = [];
    readonly Tenant _tenant;
    readonly RedisConnection _redis;
    readonly string _prefix;
    readonly RouterMetrics _metrics;
    readonly ILogger<TopicTable> _log;
    Task _renewing = Task.CompletedTask;

    public TopicTable(Tenant tenant, RedisConnection redis, RouterOptions options, RouterMetrics metrics, ILogger<TopicTable> log)
    {
        (_tenant, _redis, _prefix, _metrics, _log) = (tenant, redis, options.ChannelPrefix, metrics, log);
        redis.Lost += metrics.CountRedisLost;
        redis.Restored += BeginRenewal;
    }

    /// <summary>How many topics there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _topics.Count;
        }
    }

    /// <summary>Subscribes; from when this is called, messages may come. Completes when Redis has acknowledged.</summary>
    /// <returns>False, and nothing done, if the topic would be new and the tenant has as many as it may.</returns>
    /// <exception cref="RedisUnavailableException">Redis does not answer. The subscriber has been removed again.</exception>
    public async Task<bool> JoinAsync(string name, ITopicSubscriber subscriber)
    {
        Task subscribed;
        lock (_gate)
        {
            if (!_topics.TryGetValue(name, out var topic))
            {
                if (!_tenant.Topics.TryTake())
                    return false;
                _topics[name] = topic = new Topic(name, this);
            }
            subscribed = topic.Join(subscriber);
        }
        try
        {
            await subscribed.ConfigureAwait(false);
            return true;
        }
        catch
        {
            await LeaveAsync(name, subscriber).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends a subscription.</summary>
    public Task LeaveAsync(string name, ITopicSubscriber subscriber)
    {
        lock (_gate)
            return _topics.TryGetValue(name, out var topic) ? topic.Leave(subscriber) : Task.CompletedTask;
    }

    internal Task<RedisSubscription> SubscribeAsync(string name, Action<RedisMessage> onMessage) =>
        _redis.SubscribeAsync(_prefix + name, onMessage);

    internal void RemoveIfEmpty(Topic topic)
    {
        lock (_gate)
        {
            if (topic.IsEmpty && _topics.GetValueOrDefault(topic.Name) == topic && _topics.Remove(topic.Name))
                _tenant.Topics.Return();
        }
    }

    internal Activity? BeginPublish() => GatewayTraces.Start("publish", ActivityKind.Consumer, _tenant, RouterModule.ModuleName);

    internal void Invalid(string topic, string fault)
    {
        _metrics.CountInvalidMessage();
        RouterLog.InvalidServiceEvent(_log, topic, fault);
    }

    internal void Overflowed(string topic, int messages)
    {
        _metrics.CountOverflowed(messages);
        RouterLog.Overflowed(_log, topic, messages);
    }

    void BeginRenewal()
    {
        lock (_gate)
            _renewing = RenewAsync(_renewing);
    }

    async Task RenewAsync(Task previous)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        List<Topic> topics;
        lock (_gate)
            topics = [.. _topics.Values];
        foreach (var batch in topics.Chunk(RenewalBatch))
            await Task.WhenAll(batch.Select(RenewAsync)).ConfigureAwait(false);
    }

    // While Redis is there but slow to answer, it is asked again; when it is away again, there will be another renewal.
    async Task RenewAsync(Topic topic)
    {
        do
        {
            try
            {
                await topic.RenewAsync().ConfigureAwait(false);
                _metrics.CountRenewed();
                return;
            }
            catch (RedisUnavailableException e)
            {
                RouterLog.NotRenewed(_log, topic.Name, e.Message);
            }
            await Task.Delay(RenewalPause).ConfigureAwait(false);
        }
        while (_redis.IsConnected);
    }
}
