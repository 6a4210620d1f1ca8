namespace Gateway.Core.Auth;

/// <summary>Collects what a token grants, within limits, as it is made from what comes from outside.</summary>
public sealed class GrantsBuilder
{
    readonly GrantTable _table = new();

    internal GrantsBuilder()
    {
    }

    /// <summary>Grants actions at a path, below it, or both.</summary>
    /// <param name="claim">The part of the claim that says so, which is named if it is too much.</param>
    /// <param name="module">The module's name, in any case; <c>*</c> = all.</param>
    /// <param name="actions">The actions, in the module's own words; <c>*</c> = all.</param>
    /// <param name="path">The path's segments; null = any one.</param>
    /// <param name="here">Whether they hold at the path itself.</param>
    /// <param name="below">Whether they hold everywhere below.</param>
    /// <exception cref="MalformedClaimException">That is more than a token may grant.</exception>
    public void Allow(ClaimElement claim, string module, IEnumerable<string> actions, ReadOnlySpan<string?> path, bool here, bool below)
    {
        ulong permissions = 0;
        foreach (string action in actions)
            Enforce(_table.TryAdd(module, action, ref permissions), claim);
        Enforce(_table.TryAdd(permissions, path, here, below), claim);
    }

    /// <summary>All that has been granted, compiled for checking.</summary>
    /// <param name="claim">The whole claim, which is named if checks would be slow.</param>
    internal GrantTable Build(ClaimElement claim)
    {
        Enforce(_table.IsQuick(), claim);
        return _table;
    }

    static void Enforce(bool within, ClaimElement claim)
    {
        if (!within)
            throw claim.Fault($"""
                more than a token may grant: {GrantTable.MaxPaths} paths of {GrantTable.MaxPathLength} characters each, with
                {GrantTable.MaxPlaces} different segments, {GrantTable.MaxVisits} places to look at for a check, and {GrantActions.Limit} different actions
                """.ReplaceLineEndings(" "));
    }
}
