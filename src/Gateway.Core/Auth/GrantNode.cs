namespace Gateway.Core.Auth;

/// <summary>A place in the tree of granted paths. Permissions are bits, which <see cref="GrantActions"/> hands out.</summary>
sealed class GrantNode
{
    Dictionary<string, GrantNode>? _children;
    GrantNode? _anyChild;
    int _longest;
    ulong _here;
    ulong _below;

    /// <summary>Grants permissions at this place, at all places below it, or both.</summary>
    public void Grant(ulong permissions, bool here, bool below)
    {
        _here |= here ? permissions : 0;
        _below |= below ? permissions : 0;
    }

    /// <summary>The place one segment below.</summary>
    /// <param name="segment">Null for whatever segment there is.</param>
    /// <param name="added">Grows by one if the place is new.</param>
    public GrantNode Child(string? segment, ref int added)
    {
        if (segment == null)
        {
            added += _anyChild == null ? 1 : 0;
            return _anyChild ??= new();
        }
        _children ??= new(StringComparer.Ordinal);
        if (_children.TryGetValue(segment, out var child))
            return child;
        added++;
        _longest = Math.Max(_longest, segment.Length);
        return _children[segment] = new();
    }

    /// <summary>
    /// Whether one of the permissions is granted at the path's end. Visits a place at most once, and looks at no more of a
    /// segment than the places' own names are long: the work is bounded by what was granted, however long the path.
    /// </summary>
    public bool Allows(ulong permissions, GrantPath path)
    {
        if (path.IsEnd)
            return (_here & permissions) != 0;
        if ((_below & permissions) != 0)
            return true;
        if (_children == null && _anyChild == null)
            return false;
        var rest = path.Next(out var segment);
        return (Find(segment) is { } child && child.Allows(permissions, rest))
            || (_anyChild != null && _anyChild.Allows(permissions, rest));
    }

    /// <summary>How many places a check may have to visit, at the worst path there is.</summary>
    public int MostVisits() =>
        1 + (_children?.Values.Max(child => child.MostVisits()) ?? 0) + (_anyChild?.MostVisits() ?? 0);

    GrantNode? Find(ReadOnlySpan<char> segment) =>
        _children != null && segment.Length <= _longest
            && _children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(segment, out var child) ? child : null;
}
