using System.Runtime.InteropServices;

namespace Gateway.Modules.Events.Storage;

/// <summary>The events of each collection, or of each user, in the order of time. Not thread-safe.</summary>
sealed class EventLists
{
    readonly Dictionary<Guid, List> _lists = [];
    long _lastVersion;

    public void Add(Guid owner, EventRecord record)
    {
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_lists, owner, out _);
        (list ??= new()).Records.Add(record);
        list.Version = ++_lastVersion;
    }

    public void Remove(Guid owner, EventRecord record)
    {
        if (!_lists.TryGetValue(owner, out var list) || !list.Records.Remove(record))
            return;
        list.Version = ++_lastVersion;
        if (list.Records.Count == 0)
            _lists.Remove(owner);
    }

    /// <summary>An event of an owner has fired or been cancelled.</summary>
    public void Change(Guid owner)
    {
        if (_lists.TryGetValue(owner, out var list))
            list.Version = ++_lastVersion;
    }

    /// <summary>A part of an owner's events.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="after">The event before the first of them; null = none is.</param>
    /// <param name="range">The rest of what is asked for.</param>
    public EventPage Page(Guid owner, EventRecord? after, ListRange range)
    {
        if (!_lists.TryGetValue(owner, out var list))
            return EventPage.Empty;
        var first = range.From is { } from ? EventRecord.Before(from) : null;
        if (after != null && (first == null || EventOrder.Instance.Compare(after, first) > 0))
            first = after;
        var end = range.To is { } to ? EventRecord.Before(to) : null;
        return new([.. list.Between(first, end).SkipWhile(record => record == after).Take(range.Limit)], list.Version);
    }

    sealed class List
    {
        public SortedSet<EventRecord> Records { get; } = new(EventOrder.Instance);

        public long Version { get; set; }

        public SortedSet<EventRecord> Between(EventRecord? first, EventRecord? end)
        {
            (first, end) = (first ?? Records.Min!, end ?? Records.Max!);
            return EventOrder.Instance.Compare(first, end) > 0 ? [] : Records.GetViewBetween(first, end);
        }
    }
}
