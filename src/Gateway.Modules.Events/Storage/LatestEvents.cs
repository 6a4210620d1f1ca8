using System.Runtime.InteropServices;

namespace Gateway.Modules.Events.Storage;

/// <summary>
/// The event of each name with the highest timestamp of those that have fired; of equal ones that which fired last. Not
/// thread-safe.
/// </summary>
sealed class LatestEvents
{
    readonly Dictionary<string, EventRecord> _byName = new(StringComparer.Ordinal);

    public IReadOnlyCollection<EventRecord> All => _byName.Values;

    public IEnumerable<EventRecord> Of(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            if (_byName.TryGetValue(name, out var record))
                yield return record;
        }
    }

    /// <summary>Takes in an event that has fired.</summary>
    /// <returns>The one that is not the latest of its name: the one before, or this; null if it is the first.</returns>
    public EventRecord? Show(EventRecord record)
    {
        ref var shown = ref CollectionsMarshal.GetValueRefOrAddDefault(_byName, record.Name, out _);
        var before = shown;
        if (before != null && !record.IsLaterThan(before))
            return record;
        shown = record;
        return before;
    }
}
