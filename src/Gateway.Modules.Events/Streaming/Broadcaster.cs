using Gateway.Core.Connections;
using Gateway.Core.Topics;
using Gateway.Modules.Events.Storage;

namespace Gateway.Modules.Events.Streaming;

/// <summary>
/// Gives what has fired to the streams that are to hold it: one topic for each filter in use, found by what the event has
/// rather than by asking each filter, and one frame for all. Thread-safe.
/// </summary>
sealed class Broadcaster(TopicHub<EventsModule> hub, EventStore store)
{
    const int AllKinds = 8;

    readonly Lock _gate = new();
    readonly Dictionary<string, HashSet<StreamFilter>> _byKey = new(StringComparer.Ordinal);
    readonly Dictionary<string, (StreamFilter Filter, int Streams)> _filters = new(StringComparer.Ordinal);
    readonly int[] _filtersOfKinds = new int[AllKinds];
    long _last;

    /// <summary>The place of the last event that streams have been given.</summary>
    public long Last => Interlocked.Read(ref _last);

    /// <summary>What had fired before the start is history.</summary>
    public void Start(long last) => Interlocked.Exchange(ref _last, last);

    /// <summary>Gives events that have fired to the streams.</summary>
    public async ValueTask PublishAsync(IReadOnlyList<EventRecord> fired)
    {
        foreach (var record in fired)
            await Publish(record).ConfigureAwait(false);
    }

    /// <summary>
    /// Subscribes a stream to what fires behind a place, after it has been sent what fired between that place and now; there
    /// is neither a gap nor a repeat between them.
    /// </summary>
    /// <returns>Null if the tenant has as many topics as it may.</returns>
    public IDisposable? Subscribe(StreamFilter filter, ClientConnection client, long after, SseFrames frames)
    {
        lock (_gate)
        {
            var missed = new List<EventRecord>();
            for (long at = after; at < _last;)
                at = store.History(at, _last, missed);
            foreach (var record in missed.Where(filter.Matches))
                client.Send(frames.Of(record));
            if (hub.Subscribe(filter.Topic, client) is not { } subscription)
                return null;
            Enter(filter);
            return new Member(this, filter, subscription);
        }
    }

    // The lock gives all topics one order, and is held for a frame only.
    ValueTask<int> Publish(EventRecord record)
    {
        lock (_gate)
        {
            var published = ValueTask.FromResult(0);
            Frame? frame = null;
            for (int kinds = 0; kinds < AllKinds; kinds++)
            {
                if (_filtersOfKinds[kinds] == 0 || !_byKey.TryGetValue(StreamFilter.KeyOf(record, kinds), out var filters))
                    continue;
                frame ??= new SseFrames(store.Epoch).Of(record);
                foreach (var filter in filters)
                    published = Both(published, hub.PublishAsync(filter.Topic, frame));
            }
            Interlocked.Exchange(ref _last, record.Fired);
            return published;
        }
    }

    static ValueTask<int> Both(ValueTask<int> first, ValueTask<int> second) =>
        first.IsCompletedSuccessfully ? second : BothAsync(first, second);

    static async ValueTask<int> BothAsync(ValueTask<int> first, ValueTask<int> second) =>
        await first.ConfigureAwait(false) + await second.ConfigureAwait(false);

    // Under the lock.
    void Enter(StreamFilter filter)
    {
        if (_filters.TryGetValue(filter.Topic, out var known))
        {
            _filters[filter.Topic] = (known.Filter, known.Streams + 1);
            return;
        }
        _filters[filter.Topic] = (filter, 1);
        _filtersOfKinds[filter.Kinds]++;
        foreach (string key in filter.Keys)
        {
            if (!_byKey.TryGetValue(key, out var filters))
                _byKey[key] = filters = [];
            filters.Add(filter);
        }
    }

    void Leave(StreamFilter leaving)
    {
        lock (_gate)
        {
            var (filter, streams) = _filters[leaving.Topic];
            if (streams > 1)
            {
                _filters[leaving.Topic] = (filter, streams - 1);
                return;
            }
            _filters.Remove(leaving.Topic);
            _filtersOfKinds[filter.Kinds]--;
            foreach (string key in filter.Keys)
            {
                if (_byKey[key].Remove(filter) && _byKey[key].Count == 0)
                    _byKey.Remove(key);
            }
        }
    }

    sealed class Member(Broadcaster broadcaster, StreamFilter filter, Subscription subscription) : IDisposable
    {
        public void Dispose()
        {
            subscription.Dispose();
            broadcaster.Leave(filter);
        }
    }
}
