using System.Runtime.InteropServices;

namespace Gateway.Modules.Events.Storage;

/// <summary>The series of which events are kept: all events of one share it. Not thread-safe.</summary>
sealed class SeriesIndex
{
    readonly Dictionary<Guid, Series> _series = [];

    public void Add(EventRecord record)
    {
        if (record.Series is not { } read)
            return;
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_series, read.Id, out _);
        record.Series = known ??= read;
        known.Kept++;
        if (record.IsPending)
            known.Pending = record;
    }

    public void Remove(EventRecord record)
    {
        if (record.Series is { } series && --series.Kept == 0)
            _series.Remove(series.Id);
    }

    /// <summary>An event is no longer to come.</summary>
    public static void Finish(EventRecord record)
    {
        if (record.Series is { } series && series.Pending == record)
            series.Pending = null;
    }
}
