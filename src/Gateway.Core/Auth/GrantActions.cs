namespace Gateway.Core.Auth;

/// <summary>Gives each pair of a module and an action that a token names a bit of its own.</summary>
sealed class GrantActions
{
    /// <summary>Stands for all modules, or all actions.</summary>
    public const string Any = "*";

    /// <summary>How many pairs there can be.</summary>
    public const int Limit = 64;

    readonly Dictionary<string, Dictionary<string, ulong>> _modules = new(StringComparer.OrdinalIgnoreCase);
    Dictionary<string, ulong>? _ofAnyModule;
    int _count;

    /// <summary>The bit of a pair; none (0) if there are too many pairs.</summary>
    public ulong Add(string module, string action)
    {
        if (!_modules.TryGetValue(module, out var actions))
            _modules[module] = actions = new(StringComparer.Ordinal);
        if (module == Any)
            _ofAnyModule = actions;
        if (actions.TryGetValue(action, out ulong known))
            return known;
        return _count == Limit ? 0 : actions[action] = 1UL << _count++;
    }

    /// <summary>The bits of which each allows the action.</summary>
    public ulong Find(string module, string action) =>
        Find(_modules.GetValueOrDefault(module), action) | Find(_ofAnyModule, action);

    static ulong Find(Dictionary<string, ulong>? actions, string action) =>
        actions == null ? 0 : actions.GetValueOrDefault(action) | actions.GetValueOrDefault(Any);
}
