using System.Diagnostics;
using Gateway.Core.Connections;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Diagnostics;

namespace Gateway.Core.Topics;

/// <summary>
/// The subscribers of one name, split into a shard for each sender loop. Its lock gives all shards the same order of
/// frames, and with it every subscriber.
/// </summary>
sealed class Topic(string name, SenderLoops loops, ModuleMetrics metrics, long backlogBytes, Action<Topic> onEmpty)
{
    readonly Lock _gate = new();
    readonly TopicShard?[] _shards = new TopicShard?[loops.Count];
    int _subscribers;
    bool _vanished;
    FrameCount _published;

    public string Name { get; } = name;

    public ModuleMetrics Metrics { get; } = metrics;

    /// <summary>How many bytes may wait for a loop's next sweep before publishers are asked to pause.</summary>
    public long BacklogBytes { get; } = backlogBytes;

    public int Subscribers => Volatile.Read(ref _subscribers);

    /// <summary>What was published since it exists.</summary>
    public FrameCount Published
    {
        get
        {
            lock (_gate)
                return _published;
        }
    }

    /// <summary>Null when the topic has just lost its last subscriber and vanished: look its name up again.</summary>
    public Subscription? TrySubscribe(ClientConnection connection)
    {
        lock (_gate)
        {
            if (_vanished)
                return null;
            _subscribers++;
            var subscription = new Subscription(this, connection);
            ShardOf(connection).Join(subscription);
            return subscription;
        }
    }

    public void Unsubscribe(Subscription subscription, TaskCompletionSource? left)
    {
        bool empty;
        lock (_gate)
        {
            empty = --_subscribers == 0;
            _vanished |= empty;
            ShardOf(subscription.Connection).Leave(subscription, left);
        }
        if (empty)
            onEmpty(this);
    }

    /// <summary>
    /// Gives the frame to all who subscribe now. The frame has its place in the order when this returns; the task
    /// completes, with the number of subscribers, when the loops have room for more.
    /// </summary>
    /// <param name="frame">The frame.</param>
    /// <param name="span">The span of this, if the fan-out is to be traced.</param>
    public ValueTask<int> PublishAsync(Frame frame, Activity? span)
    {
        Task? room = null;
        int subscribers;
        lock (_gate)
        {
            subscribers = _subscribers;
            _published += frame.Count;
            foreach (var shard in _shards)
            {
                if (shard is { Members: > 0 })
                    room = shard.Append(frame, span) ?? room;
            }
        }
        if (subscribers == 0)
            Metrics.AddDropped(DropReason.NoSubscriber, frame.Count);
        return room == null ? ValueTask.FromResult(subscribers) : AfterAsync(room, subscribers);
    }

    /// <summary>The shard takes what has come since its last sweep: the loop's side of the lock.</summary>
    public void Exchange(TopicShard shard)
    {
        lock (_gate)
            shard.TakePending();
    }

    /// <summary>The shard has served all its members: those who waited for room may go on.</summary>
    public void Release(TopicShard shard)
    {
        lock (_gate)
            shard.SignalRoom();
    }

    TopicShard ShardOf(ClientConnection connection) =>
        _shards[connection.LoopIndex] ??= new TopicShard(this, loops[connection.LoopIndex]);

    static async ValueTask<int> AfterAsync(Task room, int subscribers)
    {
        await room.ConfigureAwait(false);
        return subscribers;
    }
}
