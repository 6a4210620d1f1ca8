using System.Runtime.InteropServices;

namespace Gateway.Modules.Events.Storage;

/// <summary>
/// What has fired, by its place in that order: a place is found without a search. Places of events that are no longer kept
/// are empty. Not thread-safe.
/// </summary>
sealed class FiredHistory
{
    // How many places one page looks at: the lock is held meanwhile.
    const int PagePlaces = 4096;

    readonly List<EventRecord?> _places = [];
    readonly Dictionary<Guid, long> _lastRemovedOf = [];
    long _first = 1;
    int _emptyAtFront;
    long _lastRemoved;

    /// <summary>The last place taken; 0 = none.</summary>
    public long Last => _first + _places.Count - 1;

    /// <summary>The highest place of each collection whose event is no longer kept.</summary>
    public IReadOnlyDictionary<Guid, long> LastRemovedOf => _lastRemovedOf;

    /// <summary>Takes the next place for an event.</summary>
    public void Add(EventRecord record)
    {
        _places.Add(record);
        record.Fired = Last;
    }

    /// <summary>Puts an event at its place, which is behind all others.</summary>
    public void Restore(EventRecord record)
    {
        SkipTo(record.Fired - 1);
        _places.Add(record);
    }

    /// <summary>Leaves places empty up to one.</summary>
    public void SkipTo(long last)
    {
        if (_places.Count == 0)
            _first = Math.Max(_first, last + 1);
        while (Last < last)
            _places.Add(null);
    }

    public void Remove(EventRecord record)
    {
        int at = (int)(record.Fired - _first);
        _places[at] = null;
        MarkRemoved(record.CollectionId, record.Fired);
        while (_emptyAtFront < _places.Count && _places[_emptyAtFront] == null)
            _emptyAtFront++;
        if (_emptyAtFront <= _places.Count / 2)
            return;
        _places.RemoveRange(0, _emptyAtFront);
        _first += _emptyAtFront;
        _emptyAtFront = 0;
    }

    /// <summary>Remembers that an event of a collection is no longer kept.</summary>
    public void MarkRemoved(Guid collection, long place)
    {
        ref long last = ref CollectionsMarshal.GetValueRefOrAddDefault(_lastRemovedOf, collection, out _);
        last = Math.Max(last, place);
        _lastRemoved = Math.Max(_lastRemoved, place);
    }

    /// <summary>Whether something behind a place is missing from these collections; from all if there are none.</summary>
    public bool LacksAfter(long place, IReadOnlyCollection<Guid> collections) => collections.Count == 0
        ? _lastRemoved > place
        : collections.Any(collection => _lastRemovedOf.GetValueOrDefault(collection) > place);

    /// <summary>What is kept behind a place, in order.</summary>
    /// <param name="after">The place.</param>
    /// <param name="upTo">The last place to look at.</param>
    /// <param name="page">Takes what there is.</param>
    /// <returns>The last place that was looked at.</returns>
    public long Page(long after, long upTo, List<EventRecord> page)
    {
        int start = (int)Math.Clamp(after + 1 - _first, 0, _places.Count);
        int end = (int)Math.Clamp(upTo + 1 - _first, start, Math.Min(_places.Count, start + PagePlaces));
        foreach (var record in CollectionsMarshal.AsSpan(_places)[start..end])
        {
            if (record != null)
                page.Add(record);
        }
        return Math.Max(after, _first + end - 1);
    }
}
