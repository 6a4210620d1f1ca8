namespace Gateway.Core.Auth;

/// <summary>
/// The gateway's own claim, for all modules:
/// <c>{"version":1,"grants":[{"module":"echo","paths":["/room/*"],"actions":["read","write"]}]}</c>.
/// A path means itself. A segment <c>*</c> stands for exactly one segment; as the last one, for one or more, so that
/// <c>/room/*</c> is all that is below <c>/room</c>. <c>/*</c> alone is everything, the root too.
/// </summary>
public sealed class GatewayClaim : IGrantClaim
{
    const string AnySegment = "*";

    /// <inheritdoc/>
    public string Name => "gateway";

    /// <inheritdoc/>
    public void Read(ClaimElement claim, GrantsBuilder grants)
    {
        claim.ExpectVersion1("gateway claim");
        foreach (var grant in claim.Member("grants", "gateway claim").Items())
        {
            string module = grant.Member("module", "grant").Text();
            string[] actions = [.. grant.Member("actions", "grant").Items().Select(action => action.Text())];
            foreach (var path in grant.Member("paths", "grant").Items())
                Allow(grants, module, actions, path);
        }
    }

    static void Allow(GrantsBuilder grants, string module, string[] actions, ClaimElement path)
    {
        string text = path.Text();
        if (!text.StartsWith('/'))
            throw path.Fault("a path begins with /");
        string?[] segments = text == "/" ? [] : text[1..].Split('/').Select(segment => segment == AnySegment ? null : segment).ToArray();
        if (segments is [.. var above, null])
            grants.Allow(path, module, actions, above, here: above.Length == 0, below: true);
        else
            grants.Allow(path, module, actions, segments, here: true, below: false);
    }
}
