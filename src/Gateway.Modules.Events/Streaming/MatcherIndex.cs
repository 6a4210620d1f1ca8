using Gateway.Modules.Events.Storage;

namespace Gateway.Modules.Events.Streaming;

/// <summary>
/// The filters in use that have matchers. Each is asked once about a name in a collection, and again only when filters have
/// come or gone. Not thread-safe.
/// </summary>
sealed class MatcherIndex
{
    const int MaxRemembered = 10_000;

    readonly HashSet<StreamFilter> _filters = [];
    readonly Dictionary<(Guid Collection, string Name), StreamFilter[]> _remembered = [];

    /// <summary>The filters that an event passes.</summary>
    public IEnumerable<StreamFilter> Find(EventRecord record)
    {
        if (_filters.Count == 0)
            return [];
        if (!_remembered.TryGetValue((record.CollectionId, record.Name), out var found))
        {
            if (_remembered.Count == MaxRemembered)
                _remembered.Clear();
            found = [.. _filters.Where(filter => filter.MatchesTopics(record))];
            _remembered.Add((record.CollectionId, record.Name), found);
        }
        return found.Where(filter => filter.MatchesUser(record));
    }

    public void Add(StreamFilter filter)
    {
        _filters.Add(filter);
        _remembered.Clear();
    }

    public void Remove(StreamFilter filter)
    {
        _filters.Remove(filter);
        _remembered.Clear();
    }
}
