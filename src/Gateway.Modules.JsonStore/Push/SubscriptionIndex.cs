using Gateway.Core.Tenants;
using Gateway.Modules.JsonStore.Storage;
using Gateway.Modules.JsonStore.Tree;
using Microsoft.Extensions.Logging;

namespace Gateway.Modules.JsonStore.Push;

/// <summary>
/// Who subscribes to what: a tree of paths beside the document. A change visits the nodes above and below its path whose
/// values it changed, and queues them; whoever pushes then reads the newest value of each, so that changes which come
/// faster than they can be pushed are pushed as one. Thread-safe.
/// </summary>
sealed class SubscriptionIndex : IThreadPoolWorkItem
{
    readonly Lock _gate = new();
    readonly PathNode _root = new(null, []);
    readonly ILogger _logger;
    readonly string _tenant;
    readonly TopicQuota _topics;
    readonly long[] _subscriptions = new long[Enum.GetValues<PushProtocol>().Length];
    readonly DocumentStore _store;
    List<PathNode> _queued = [];
    List<PathNode> _pushing = [];
    bool _isPushing;
    int _uses;
    long _postponed;

    public SubscriptionIndex(DocumentStore store, Tenant tenant, ILogger<SubscriptionIndex> logger)
    {
        (_store, _tenant, _topics, _logger) = (store, tenant.Name, tenant.Topics, logger);
        store.Changed = OnChanged;
    }

    /// <summary>Values that were not pushed because the client was not ready; it gets a later one.</summary>
    public long Postponed => Interlocked.Read(ref _postponed);

    /// <summary>Subscriptions by a protocol.</summary>
    public long Count(PushProtocol protocol) => Interlocked.Read(ref _subscriptions[(int)protocol]);

    /// <summary>Adds a subscription; it is held until it is started.</summary>
    /// <param name="path">The path.</param>
    /// <param name="create">Makes it for the path's node.</param>
    /// <returns>The subscription; null if nobody subscribes to the path yet and the tenant has as many topics as it may.</returns>
    public T? TryJoin<T>(byte[][] path, Func<PathNode, T> create) where T : PathSubscription
    {
        PathNode node;
        lock (_gate)
        {
            node = _root;
            foreach (byte[] name in path)
            {
                node.Children ??= new(ByteNames.Instance);
                if (!node.Children.TryGetValue(name, out var child))
                    node.Children.Add(name, child = new(node, name));
                node = child;
            }
            if (node.Uses == 0 && !_topics.TryTake())
            {
                Prune(node);
                return null;
            }
            node.Path = path;
            node.Uses++;
            _uses++;
        }
        var subscription = create(node);
        node.Join(subscription);
        Interlocked.Increment(ref _subscriptions[(int)subscription.Protocol]);
        return subscription;
    }

    public void Leave(PathSubscription subscription)
    {
        var node = subscription.Node;
        node.Leave(subscription);
        Interlocked.Decrement(ref _subscriptions[(int)subscription.Protocol]);
        lock (_gate)
        {
            _uses--;
            if (--node.Uses > 0)
                return;
            _topics.Return();
            Prune(node);
        }
    }

    // Removes what leads to no subscription.
    static void Prune(PathNode node)
    {
        while (node is { Uses: 0, Parent: { } parent } && (node.Children == null || node.Children.Count == 0))
        {
            parent.Children!.Remove(node.Name);
            node = parent;
        }
    }

    /// <summary>Has the newest value of a path pushed soon.</summary>
    public void Queue(PathNode node)
    {
        lock (_gate)
        {
            Add(node);
            StartPushing();
        }
    }

    void OnChanged(byte[][] path, JsonValue before, JsonValue after)
    {
        if (Volatile.Read(ref _uses) == 0)
            return;
        lock (_gate)
        {
            var node = _root;
            JsonValue? old = before, now = after;
            foreach (byte[] name in path)
            {
                Add(node);
                if (node.Children == null || !node.Children.TryGetValue(name, out var child))
                {
                    StartPushing();
                    return;
                }
                node = child;
                (old, now) = ((old as JsonObject)?.Get(name), (now as JsonObject)?.Get(name));
            }
            AddChanged(node, old, now);
            StartPushing();
        }
    }

    // What both versions share has not changed, nor has anything below it.
    void AddChanged(PathNode node, JsonValue? old, JsonValue? now)
    {
        if (ReferenceEquals(old, now))
            return;
        Add(node);
        if (node.Children == null)
            return;
        foreach (var (name, child) in node.Children)
            AddChanged(child, (old as JsonObject)?.Get(name), (now as JsonObject)?.Get(name));
    }

    void Add(PathNode node)
    {
        if (node.Uses == 0 || node.IsQueued)
            return;
        node.IsQueued = true;
        _queued.Add(node);
    }

    void StartPushing()
    {
        if (_isPushing || _queued.Count == 0)
            return;
        _isPushing = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (TakeQueued())
        {
            foreach (var node in _pushing)
                Push(node);
            _pushing.Clear();
        }
    }

    // A value that cannot be encoded, as it is too large for one message, ends the connections that want it and nothing else.
    void Push(PathNode node)
    {
        try
        {
            Interlocked.Add(ref _postponed, node.Push(_store));
        }
        catch (Exception e)
        {
            JsonStoreLog.PushFailed(_logger, e, _tenant);
            node.Fail();
        }
    }

    // What changes from here on is queued anew, and pushed once more.
    bool TakeQueued()
    {
        lock (_gate)
        {
            (_pushing, _queued) = (_queued, _pushing);
            foreach (var node in _pushing)
                node.IsQueued = false;
            _isPushing = _pushing.Count > 0;
            return _isPushing;
        }
    }
}
