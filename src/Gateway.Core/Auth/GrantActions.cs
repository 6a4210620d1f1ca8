using System.Runtime.Intrinsics;

namespace Gateway.Core.Auth;

/// <summary>Which of a token's paths grant an action. A set of paths is a vector of bits.</summary>
sealed class GrantActions
{
    /// <summary>Stands for all modules, or all actions.</summary>
    public const string Any = "*";

    /// <summary>How many pairs of a module and an action a token may name.</summary>
    public const int Limit = 64;

    readonly Dictionary<string, Dictionary<string, Vector256<ulong>>> _modules = new(StringComparer.OrdinalIgnoreCase);
    Dictionary<string, Vector256<ulong>>? _ofAnyModule;
    int _count;

    /// <summary>A path grants an action; false if there are too many pairs of a module and an action.</summary>
    public bool TryAdd(string module, string action, Vector256<ulong> path)
    {
        if (!_modules.TryGetValue(module, out var actions))
            _modules[module] = actions = new(StringComparer.Ordinal);
        if (module == Any)
            _ofAnyModule = actions;
        if (!actions.TryGetValue(action, out var paths) && _count++ == Limit)
            return false;
        actions[action] = paths | path;
        return true;
    }

    /// <summary>The paths of which each grants the action.</summary>
    public Vector256<ulong> Find(string module, string action) =>
        Find(_modules.GetValueOrDefault(module), action) | Find(_ofAnyModule, action);

    static Vector256<ulong> Find(Dictionary<string, Vector256<ulong>>? actions, string action) =>
        actions == null ? default : actions.GetValueOrDefault(action) | actions.GetValueOrDefault(Any);
}
