using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Gateway.Core.Connections;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Diagnostics;
using Gateway.Core.Modules;

namespace Gateway.Core.Topics;

/// <summary>
/// The topics of one module. A topic exists while somebody subscribes to it. All subscribers of a topic see its frames
/// in one order; a slow one delays neither the publisher nor the others. Thread-safe.
/// </summary>
/// <typeparam name="TModule">The module: each has a hub of its own, and names never meet across modules.</typeparam>
public sealed class TopicHub<TModule> : ITopicList where TModule : IGatewayModule
{
    readonly ConcurrentDictionary<string, Topic> _topics = new(StringComparer.Ordinal);
    readonly SenderLoops _loops;
    readonly ConnectionSettings _settings;

    internal TopicHub(SenderLoops loops, ConnectionSettings settings)
    {
        _loops = loops;
        _settings = settings;
    }

    /// <summary>How many topics there are.</summary>
    public int Count => _topics.Count;

    /// <summary>The topics at this moment with their numbers of subscribers, in no order.</summary>
    public IEnumerable<KeyValuePair<string, int>> Topics =>
        _topics.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Subscribers));

    IEnumerable<TopicState> ITopicList.States => _topics.Values.Select(topic =>
        new TopicState(topic.Name, topic.Subscribers, topic.Published.Frames, topic.Published.Bytes));

    /// <summary>
    /// Subscribes a connection: it gets every frame that is published to the topic after this returns, and none that was
    /// published before. Dispose the subscription when the connection ends.
    /// </summary>
    /// <returns>The subscription; null if the topic would be new and the tenant has as many as it may.</returns>
    public Subscription? Subscribe(string topic, ClientConnection connection)
    {
        while (true)
        {
            if (!_topics.TryGetValue(topic, out var found) && !TryCreate(topic, out found))
                return null;
            if (found.TrySubscribe(connection) is { } subscription)
                return subscription;
        }
    }

    /// <summary>
    /// Publishes a frame to all who subscribe to the topic now. It has its place in the topic's order when this returns,
    /// whether the task is awaited or not. Await it before publishing more: it completes at once but for publishers that
    /// outrun the gateway itself, and never waits for a subscriber.
    /// </summary>
    /// <returns>The number of subscribers that the frame was given to.</returns>
    public ValueTask<int> PublishAsync(string topic, Frame frame)
    {
        _settings.Metrics.AddPublished(frame);
        return GatewayTraces.AreOn ? PublishTracedAsync(topic, frame) : PublishAsync(topic, frame, span: null);
    }

    async ValueTask<int> PublishTracedAsync(string topic, Frame frame)
    {
        using var span = GatewayTraces.Start("publish", ActivityKind.Producer, _settings.Metrics.Tenant, _settings.Metrics.Module);
        int subscribers = await PublishAsync(topic, frame, span is { Recorded: true } ? span : null).ConfigureAwait(false);
        span?.SetTag(GatewayTraces.Subscribers, subscribers);
        return subscribers;
    }

    ValueTask<int> PublishAsync(string topic, Frame frame, Activity? span)
    {
        if (_topics.TryGetValue(topic, out var found))
            return found.PublishAsync(frame, span);
        _settings.Metrics.AddDropped(DropReason.NoSubscriber, frame.Count);
        return ValueTask.FromResult(0);
    }

    bool TryCreate(string name, [NotNullWhen(true)] out Topic? topic)
    {
        topic = null;
        if (!_settings.Tenant.Topics.TryTake())
            return false;
        // A publisher pauses at a backlog that its own queue can take, should it be a subscriber as well.
        var created = new Topic(name, _loops, _settings.Metrics, _settings.PauseReadingBytes, Forget);
        topic = _topics.GetOrAdd(name, created);
        if (topic != created)
            _settings.Tenant.Topics.Return();
        return true;
    }

    void Forget(Topic topic)
    {
        if (_topics.TryRemove(KeyValuePair.Create(topic.Name, topic)))
            _settings.Tenant.Topics.Return();
    }
}
