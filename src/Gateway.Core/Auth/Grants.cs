namespace Gateway.Core.Auth;

/// <summary>What a client may do: which actions, at which paths, of which modules. Immutable.</summary>
public sealed class Grants
{
    readonly GrantTable _table;

    internal Grants(GrantTable table, AuthFault? fault = null) => (_table, Fault) = (table, fault);

    /// <summary>Every action everywhere.</summary>
    public static Grants Everything { get; } = new(GrantTable.Everything());

    /// <summary>Nothing.</summary>
    public static Grants Nothing { get; } = new(new GrantTable());

    /// <summary>
    /// Why a token's claims granted nothing: <c>grant_missing</c> if it has none that grants anything, <c>claim_invalid</c>
    /// if one is malformed; its detail then says where. Null if they were read, even if they grant nothing. A module that
    /// refuses answers with this or else with <see cref="AuthFault.GrantMissing"/>.
    /// </summary>
    public AuthFault? Fault { get; }

    /// <summary>Whether an action is allowed.</summary>
    /// <param name="module">The module's name.</param>
    /// <param name="action">The action, in the module's own words, such as <c>publish</c>.</param>
    /// <param name="path">
    /// The path within the module, decoded, with a leading slash; without one nothing is allowed. <c>/</c> is the root,
    /// which has no segments; an empty segment anywhere else is a segment.
    /// </param>
    public bool Allows(string module, string action, string path) =>
        path.StartsWith('/') && _table.Allows(module, action, new GrantPath(path));

    /// <summary>Whether an action is allowed, for a module in whose paths a segment may itself hold a slash.</summary>
    /// <param name="module">The module's name.</param>
    /// <param name="action">The action, in the module's own words.</param>
    /// <param name="segments">The path's segments, decoded; none = the root.</param>
    public bool Allows(string module, string action, ReadOnlySpan<string> segments) =>
        _table.Allows(module, action, new GrantPath(segments));
}
