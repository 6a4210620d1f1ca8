namespace Gateway.Modules.Router.Sessions;

/// <summary>
/// Drops what is older than what a subscription has had (specification, section 5.5). For each key the highest place is
/// kept. A place that is not a number passes, and lets the next one pass.
/// </summary>
sealed class OrderFilter
{
    Dictionary<string, double>? _last;

    /// <summary>Whether a message of this place still counts; if so, it is the last.</summary>
    public bool Accept(double order, string key)
    {
        _last ??= [];
        if (_last.TryGetValue(key, out double last) && order <= last)
            return false;
        _last[key] = order;
        return true;
    }
}
