namespace Gateway.Core.Auth;

/// <summary>
/// The gateway's own claim, for all modules:
/// <c>{"version":1,"grants":[{"module":"channels","paths":["/room/*"],"actions":["subscribe","publish"]}]}</c>.
/// A path means itself. A segment <c>*</c> stands for exactly one segment; as the last one, for one or more, so that
/// <c>/room/*</c> is all that is below <c>/room</c>. <c>/*</c> alone is everything, the root too.
/// </summary>
static class GatewayClaim
{
    public const string Name = "gateway";

    const string AnySegment = "*";

    public static void Read(ClaimElement claim, GrantTable table)
    {
        claim.ExpectVersion1("gateway claim");
        foreach (var grant in claim.Member("grants", "gateway claim").Items())
        {
            string module = grant.Member("module", "grant").Text();
            ulong permissions = 0;
            foreach (var action in grant.Member("actions", "grant").Items())
                GrantLimits.Enforce(table.TryAdd(module, action.Text(), ref permissions), action);
            foreach (var path in grant.Member("paths", "grant").Items())
                GrantLimits.Enforce(TryAdd(table, permissions, path), path);
        }
        GrantLimits.Enforce(table.IsQuick(), claim);
    }

    static bool TryAdd(GrantTable table, ulong permissions, ClaimElement path)
    {
        string text = path.Text();
        if (!text.StartsWith('/'))
            throw path.Fault("a path begins with /");
        string?[] segments = text == "/" ? [] : text[1..].Split('/').Select(segment => segment == AnySegment ? null : segment).ToArray();
        return segments is [.. var above, null]
            ? table.TryAdd(permissions, above, here: above.Length == 0, below: true)
            : table.TryAdd(permissions, segments, here: true, below: false);
    }
}
