using System.Runtime.InteropServices;

namespace Gateway.Modules.Events.Storage;

/// <summary>
/// Which events are no longer kept: of those that have fired or were cancelled those that did so first, where a collection
/// has more than the limits allow. The latest of a name is not among them until another takes its place. Not thread-safe.
/// </summary>
sealed class Retention(EventsOptions options)
{
    static readonly Comparer<EventRecord> ByEnd = Comparer<EventRecord>.Create(
        (x, y) => x.Finished != y.Finished ? x.Finished.CompareTo(y.Finished) : x.Number.CompareTo(y.Number));

    readonly Dictionary<Guid, Finished> _collections = [];

    bool IsLimited => options.RetentionCount > 0 || options.RetentionBytes > 0 || options.RetentionAge > TimeSpan.Zero;

    /// <summary>An event may go from now on.</summary>
    public void Add(EventRecord record)
    {
        if (!IsLimited)
            return;
        ref var finished = ref CollectionsMarshal.GetValueRefOrAddDefault(_collections, record.CollectionId, out _);
        finished ??= new();
        if (finished.Events.Add(record))
            finished.Bytes += record.Bytes;
    }

    /// <summary>An event has been removed.</summary>
    public void Remove(EventRecord record)
    {
        if (!_collections.TryGetValue(record.CollectionId, out var finished) || !finished.Events.Remove(record))
            return;
        finished.Bytes -= record.Bytes;
        if (finished.Events.Count == 0)
            _collections.Remove(record.CollectionId);
    }

    /// <summary>What is beyond the limits in a collection; it still has to be removed.</summary>
    public List<EventRecord> FindExcess(Guid collection, long now) =>
        _collections.TryGetValue(collection, out var finished) ? FindExcess(finished, now) : [];

    /// <summary>What is beyond the limits in all collections.</summary>
    public List<EventRecord> FindExcess(long now) => [.. _collections.Values.SelectMany(finished => FindExcess(finished, now))];

    List<EventRecord> FindExcess(Finished finished, long now)
    {
        int count = finished.Events.Count;
        long bytes = finished.Bytes;
        var excess = new List<EventRecord>();
        foreach (var record in finished.Events)
        {
            if (!IsExcess(record, count--, bytes, now))
                break;
            bytes -= record.Bytes;
            excess.Add(record);
        }
        return excess;
    }

    bool IsExcess(EventRecord record, int count, long bytes, long now) =>
        (options.RetentionCount > 0 && count > options.RetentionCount)
        || (options.RetentionBytes > 0 && bytes > options.RetentionBytes)
        || (options.RetentionAge > TimeSpan.Zero && record.Finished < now - (long)options.RetentionAge.TotalSeconds);

    sealed class Finished
    {
        public SortedSet<EventRecord> Events { get; } = new(ByEnd);

        public long Bytes { get; set; }
    }
}
