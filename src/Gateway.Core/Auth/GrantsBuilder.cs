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
        if (!_table.TryAdd(module, actions, path, here, below))
            throw claim.Fault($"more than a token may grant: {GrantTable.MaxPaths} paths of {GrantTable.MaxPathLength} characters each, and {GrantActions.Limit} different actions");
    }

    /// <summary>All that has been granted, compiled for checking.</summary>
    internal GrantTable Build() => _table;
}
