using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Gateway.Modules.Events.Streaming;

namespace Gateway.Modules.Events.Storage;

/// <summary>
/// All events, and what finds them: by id, by collection and user in the order of time, the latest of each name, what is due
/// next, what has fired. Changed only by the methods here, live as well as from the log. Not thread-safe.
/// </summary>
sealed class EventState(EventsOptions options)
{
    readonly Dictionary<Guid, EventRecord> _byId = [];
    readonly Dictionary<UInt128, EventRecord> _byKey = [];
    readonly SeriesIndex _series = new();
    readonly LatestEvents _latest = new();
    readonly Dictionary<Guid, LatestEvents> _latestOfCollection = [];
    readonly LatestOfUsers _latestOfUsers = new();

    /// <summary>A random number of this history: the ids of another one are not mistaken for its own.</summary>
    public uint Epoch { get; set; }

    /// <summary>The number of the event inserted last.</summary>
    public long LastNumber { get; set; }

    public int Count => _byId.Count;

    public IEnumerable<EventRecord> All => _byId.Values;

    public EventLists Collections { get; } = new();

    public EventLists Users { get; } = new();

    public DueQueue Due { get; } = new();

    public FiredHistory History { get; } = new();

    public Retention Retention { get; } = new(options);

    /// <summary>The latest event of each name among those that pass a filter.</summary>
    public IEnumerable<EventRecord> Latest(StreamFilter filter)
    {
        if (filter is { Collections.Count: 0, User: null, Matchers.Count: 0 })
            return filter.Names.Count == 0 ? _latest.All : _latest.Of(filter.Names);
        var latest = new LatestEvents();
        foreach (var record in LatestOfCollections(filter))
            latest.Show(record);
        return latest.All;
    }

    /// <summary>The latest event of each name in each collection among those that pass a filter.</summary>
    public IEnumerable<EventRecord> LatestOfCollections(StreamFilter filter)
    {
        if (filter.User is { } user)
            return _latestOfUsers.Of(user).Where(filter.Matches);
        var collections = filter.Collections.Count == 0
            ? _latestOfCollection.Values
            : filter.Collections.Select(collection => _latestOfCollection.GetValueOrDefault(collection)).OfType<LatestEvents>();
        return collections.SelectMany(latest => latest.All).Where(filter.Matches);
    }

    public bool TryFind(Guid id, [NotNullWhen(true)] out EventRecord? record) => _byId.TryGetValue(id, out record);

    public bool TryFind(InsertKey key, [NotNullWhen(true)] out EventRecord? record) => _byKey.TryGetValue(key.Key, out record);

    public void Insert(EventRecord record)
    {
        LastNumber = Math.Max(LastNumber, record.Number);
        _byId.Add(record.Id, record);
        Collections.Add(record.CollectionId, record);
        Users.Add(record.UserId, record);
        if (record.Key is { } key)
            _byKey[key.Key] = record;
        _series.Add(record);
        if (record.IsPending)
            Due.Add(record);
        else if (record.Fired == 0)
            Retention.Add(record);
    }

    /// <summary>An event fires; it has been taken from those that are due, or is skipped there from now on. The next of its series is inserted.</summary>
    public void Fire(Firing firing, long now)
    {
        var record = firing.Record;
        record.Finished = now;
        History.Add(record);
        MarkChanged(record);
        SeriesIndex.Finish(record);
        Show(record);
        if (firing.Next is { } next)
            Insert(record.FollowedBy(next, LastNumber + 1));
    }

    /// <summary>Puts an event that had fired at its place.</summary>
    public void Restore(EventRecord record)
    {
        History.Restore(record);
        Show(record);
    }

    /// <summary>Cancels an event, and with it the one that is still to come of its series.</summary>
    public void Cancel(EventRecord record, long now)
    {
        bool wasPending = record.IsPending;
        record.Cancelled = true;
        MarkChanged(record);
        if (wasPending)
        {
            record.Finished = now;
            SeriesIndex.Finish(record);
            Due.MarkStale();
            Retention.Add(record);
        }
        else if (record.Series?.Pending is { } next)
        {
            Cancel(next, now);
        }
    }

    public void Reschedule(EventRecord record, long timestamp)
    {
        Collections.Remove(record.CollectionId, record);
        Users.Remove(record.UserId, record);
        Due.MarkStale();
        record.Timestamp = timestamp;
        record.Schedule++;
        Collections.Add(record.CollectionId, record);
        Users.Add(record.UserId, record);
        Due.Add(record);
    }

    public void Remove(EventRecord record)
    {
        _byId.Remove(record.Id);
        Collections.Remove(record.CollectionId, record);
        Users.Remove(record.UserId, record);
        Retention.Remove(record);
        if (record.Key is { } key)
            _byKey.Remove(key.Key);
        _series.Remove(record);
        if (record.Fired == 0)
            return;
        _latestOfUsers.Remove(record);
        History.Remove(record);
    }

    void MarkChanged(EventRecord record)
    {
        Collections.Change(record.CollectionId);
        Users.Change(record.UserId);
    }

    // What is the latest of its name in its collection is kept.
    void Show(EventRecord record)
    {
        _latest.Show(record);
        _latestOfUsers.Show(record);
        ref var ofCollection = ref CollectionsMarshal.GetValueRefOrAddDefault(_latestOfCollection, record.CollectionId, out _);
        if ((ofCollection ??= new()).Show(record) is { } hidden)
            Retention.Add(hidden);
    }
}
