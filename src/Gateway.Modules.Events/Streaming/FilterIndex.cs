using Gateway.Modules.Events.Storage;

namespace Gateway.Modules.Events.Streaming;

/// <summary>The filters in use, found by what an event has. Not thread-safe.</summary>
sealed class FilterIndex
{
    const int AllKinds = 8;

    readonly Dictionary<string, HashSet<StreamFilter>> _byKey = new(StringComparer.Ordinal);
    readonly Dictionary<string, (StreamFilter Filter, int Streams)> _filters = new(StringComparer.Ordinal);
    readonly int[] _filtersOfKinds = new int[AllKinds];
    readonly MatcherIndex _withMatchers = new();

    /// <summary>The filters whose streams are told how far they have come.</summary>
    public IEnumerable<StreamFilter> WithCheckpoints => _filters.Values.Select(entry => entry.Filter).Where(filter => filter.HasCheckpoints);

    /// <summary>The filters that an event passes.</summary>
    public IEnumerable<StreamFilter> Find(EventRecord record)
    {
        for (int kinds = 0; kinds < AllKinds; kinds++)
        {
            if (_filtersOfKinds[kinds] == 0 || !_byKey.TryGetValue(StreamFilter.KeyOf(record, kinds), out var filters))
                continue;
            foreach (var filter in filters)
                yield return filter;
        }
        foreach (var filter in _withMatchers.Find(record))
            yield return filter;
    }

    /// <summary>One more stream has a filter.</summary>
    /// <returns>The one of those that let the same through.</returns>
    public StreamFilter Enter(StreamFilter entering)
    {
        var (filter, streams) = _filters.GetValueOrDefault(entering.Topic, (entering, 0));
        _filters[filter.Topic] = (filter, streams + 1);
        if (streams > 0)
            return filter;
        if (filter.Matchers.Count > 0)
        {
            _withMatchers.Add(filter);
            return filter;
        }
        _filtersOfKinds[filter.Kinds]++;
        foreach (string key in filter.Keys)
        {
            if (!_byKey.TryGetValue(key, out var filters))
                _byKey[key] = filters = [];
            filters.Add(filter);
        }
        return filter;
    }

    /// <summary>One stream less has a filter.</summary>
    public void Leave(StreamFilter leaving)
    {
        var (filter, streams) = _filters[leaving.Topic];
        if (streams > 1)
        {
            _filters[leaving.Topic] = (filter, streams - 1);
            return;
        }
        _filters.Remove(leaving.Topic);
        if (filter.Matchers.Count > 0)
        {
            _withMatchers.Remove(filter);
            return;
        }
        _filtersOfKinds[filter.Kinds]--;
        foreach (string key in filter.Keys)
        {
            if (_byKey[key].Remove(filter) && _byKey[key].Count == 0)
                _byKey.Remove(key);
        }
    }
}
