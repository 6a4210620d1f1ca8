using System.Runtime.Intrinsics;

namespace Gateway.Core.Auth;

/// <summary>
/// Grants, compiled for checking. Each granted path is a bit; a check begins with those that grant the action, and leaves
/// with each segment those that it fits. So its cost is that of the path's segments, whatever the token names. The size is
/// limited, as it is made from what comes from outside.
/// </summary>
sealed class GrantTable
{
    /// <summary>How many paths a token may name.</summary>
    public const int MaxPaths = 256;

    /// <summary>How long one may be, with a slash before each segment.</summary>
    public const int MaxPathLength = 1024;

    const int BitsOfPart = 64;

    readonly GrantActions _actions = new();
    readonly List<GrantLevel> _levels = [];
    int _paths;

    /// <summary>Everything, of every module.</summary>
    public static GrantTable Everything()
    {
        var table = new GrantTable();
        table.TryAdd(GrantActions.Any, [GrantActions.Any], [], here: true, below: true);
        return table;
    }

    /// <summary>Grants actions at a path, below it, or both; false if that is too much.</summary>
    /// <param name="module">The module, or <see cref="GrantActions.Any"/>.</param>
    /// <param name="actions">The actions; among them, <see cref="GrantActions.Any"/>.</param>
    /// <param name="path">Its segments; null = any one.</param>
    /// <param name="here">Whether they hold at the path itself.</param>
    /// <param name="below">Whether they hold everywhere below.</param>
    public bool TryAdd(string module, IEnumerable<string> actions, ReadOnlySpan<string?> path, bool here, bool below)
    {
        int length = 0;
        foreach (string? segment in path)
            length += 1 + (segment?.Length ?? 1);
        if (length > MaxPathLength || _paths == MaxPaths)
            return false;

        var bit = Vector256<ulong>.Zero.WithElement(_paths / BitsOfPart, 1UL << (_paths % BitsOfPart));
        _paths++;
        for (int depth = 0; depth < path.Length; depth++)
            Level(depth).Add(bit, path[depth]);
        var end = Level(path.Length);
        end.Here |= here ? bit : default;
        end.Below |= below ? bit : default;
        return actions.All(action => _actions.TryAdd(module, action, bit));
    }

    public bool Allows(string module, string action, GrantPath path)
    {
        var left = _actions.Find(module, action);
        for (int depth = 0; depth < _levels.Count && left != Vector256<ulong>.Zero; depth++)
        {
            var level = _levels[depth];
            if (path.IsEnd)
                return (left & level.Here) != Vector256<ulong>.Zero;
            if ((left & level.Below) != Vector256<ulong>.Zero)
                return true;
            path = path.Next(out var segment);
            left &= level.Fitting(segment);
        }
        return false;
    }

    GrantLevel Level(int depth)
    {
        while (_levels.Count <= depth)
            _levels.Add(new());
        return _levels[depth];
    }
}
