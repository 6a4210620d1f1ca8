namespace Gateway.Core.Auth;

/// <summary>
/// Grants, compiled for checking: a tree of path segments whose places hold permissions. Its size is limited, as it is
/// made from what comes from outside, and so is the work of a check.
/// </summary>
sealed class GrantTable
{
    /// <summary>How many paths a token may name.</summary>
    public const int MaxPaths = 256;

    /// <summary>How long one may be, with a slash before each segment.</summary>
    public const int MaxPathLength = 1024;

    /// <summary>How many places they may have together; what paths share counts once.</summary>
    public const int MaxPlaces = 1024;

    /// <summary>
    /// How many places a check may have to visit: as many as a path has segments, and the more the more often a segment
    /// can be taken both by name and by a wildcard.
    /// </summary>
    public const int MaxVisits = 128;

    readonly GrantActions _actions = new();
    readonly GrantNode _root = new();
    int _paths;
    int _places;

    /// <summary>Everything, of every module.</summary>
    public static GrantTable Everything()
    {
        var table = new GrantTable();
        table.TryAdd(table._actions.Add(GrantActions.Any, GrantActions.Any), [], here: true, below: true);
        return table;
    }

    /// <summary>The permission to do an action; false if the token names too many.</summary>
    public bool TryAdd(string module, string action, ref ulong permissions)
    {
        ulong permission = _actions.Add(module, action);
        permissions |= permission;
        return permission != 0;
    }

    /// <summary>Grants permissions at a path, below it, or both; false if that is too much.</summary>
    /// <param name="permissions">From <see cref="TryAdd(string, string, ref ulong)"/>.</param>
    /// <param name="path">Its segments; null = any one.</param>
    /// <param name="here">Whether they hold at the path itself.</param>
    /// <param name="below">Whether they hold everywhere below.</param>
    public bool TryAdd(ulong permissions, ReadOnlySpan<string?> path, bool here, bool below)
    {
        int length = 0;
        foreach (string? segment in path)
            length += 1 + (segment?.Length ?? 1);
        if (length > MaxPathLength || ++_paths > MaxPaths)
            return false;

        var node = _root;
        foreach (string? segment in path)
            node = node.Child(segment, ref _places);
        node.Grant(permissions, here, below);
        return _places <= MaxPlaces;
    }

    /// <summary>Whether no check has to visit too many places.</summary>
    public bool IsQuick() => _root.MostVisits() <= MaxVisits;

    public bool Allows(string module, string action, GrantPath path) => _root.Allows(_actions.Find(module, action), path);
}
