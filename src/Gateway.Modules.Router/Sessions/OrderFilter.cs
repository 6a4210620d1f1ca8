namespace Gateway.Modules.Router.Sessions;

/// <summary>
/// Drops what is older than what a subscription has had (specification, section 5.5). For each key the highest place is
/// kept, for the newest <see cref="MaxKeys"/> keys. A place that is not a number passes, and lets the next one pass.
/// </summary>
sealed class OrderFilter
{
    /// <summary>How many keys are known; beyond, the oldest is forgotten.</summary>
    public const int MaxKeys = 10_000;

    readonly Queue<string> _keys = new();
    Dictionary<string, double>? _last;

    /// <summary>Whether a message of this place still counts; if so, it is the last.</summary>
    public bool Accept(double order, string key)
    {
        _last ??= [];
        if (_last.TryGetValue(key, out double last))
        {
            if (order <= last)
                return false;
        }
        else
        {
            if (_keys.Count == MaxKeys)
                _last.Remove(_keys.Dequeue());
            _keys.Enqueue(key);
        }
        _last[key] = order;
        return true;
    }
}
