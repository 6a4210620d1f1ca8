using System.Runtime.InteropServices;

namespace Gateway.Modules.Events.Storage;

/// <summary>
/// Which events are no longer kept: of those that have fired or were cancelled the oldest of each collection, where there
/// are more than the limits allow. The latest of a name is not among them until another takes its place. Not thread-safe.
/// </summary>
sealed class Retention(EventsOptions options)
{
    readonly Dictionary<Guid, Finished> _collections = [];

    /// <summary>An event may go from now on.</summary>
    public void Add(EventRecord record)
    {
        ref var finished = ref CollectionsMarshal.GetValueRefOrAddDefault(_collections, record.CollectionId, out _);
        finished ??= new();
        finished.Events.Enqueue(record);
        finished.Bytes += record.Bytes;
    }

    /// <summary>What is beyond the limits in a collection; it still has to be removed.</summary>
    public List<EventRecord> FindExcess(Guid collection, long now) =>
        _collections.TryGetValue(collection, out var finished) ? FindExcess(finished, now) : [];

    /// <summary>What is beyond the limits in all collections.</summary>
    public List<EventRecord> FindExcess(long now) => [.. _collections.Values.SelectMany(finished => FindExcess(finished, now))];

    /// <summary>An event has been removed.</summary>
    public void Remove(EventRecord record)
    {
        if (!_collections.TryGetValue(record.CollectionId, out var finished) || !finished.Events.TryPeek(out var first))
            return;
        if (first == record)
            finished.Events.Dequeue();
        else
            finished.Events = new(finished.Events.Where(other => other != record));
        finished.Bytes -= record.Bytes;
        if (finished.Events.Count == 0)
            _collections.Remove(record.CollectionId);
    }

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
        || (options.RetentionAge > TimeSpan.Zero && record.Timestamp < now - (long)options.RetentionAge.TotalSeconds);

    sealed class Finished
    {
        public Queue<EventRecord> Events { get; set; } = [];

        public long Bytes { get; set; }
    }
}
