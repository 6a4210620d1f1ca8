using System.Runtime.InteropServices;

namespace Gateway.Modules.Events.Storage;

/// <summary>The events of each collection, or of each user, in the order of time. Not thread-safe.</summary>
sealed class EventLists
{
    readonly Dictionary<Guid, SortedSet<EventRecord>> _lists = [];

    public void Add(Guid owner, EventRecord record)
    {
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_lists, owner, out _);
        (list ??= new(EventOrder.Instance)).Add(record);
    }

    public void Remove(Guid owner, EventRecord record)
    {
        if (_lists.TryGetValue(owner, out var list) && list.Remove(record) && list.Count == 0)
            _lists.Remove(owner);
    }

    /// <summary>A page of an owner's events.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="after">The event before the first of the page, whoever's it is; null = the beginning.</param>
    /// <param name="limit">The size of the page.</param>
    public List<EventRecord> Page(Guid owner, EventRecord? after, int limit)
    {
        if (!_lists.TryGetValue(owner, out var list))
            return [];
        if (after == null)
            return [.. list.Take(limit)];
        var last = list.Max!;
        return EventOrder.Instance.Compare(after, last) >= 0
            ? []
            : [.. list.GetViewBetween(after, last).SkipWhile(record => record == after).Take(limit)];
    }
}
