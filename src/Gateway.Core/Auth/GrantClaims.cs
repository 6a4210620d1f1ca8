using System.Text.Json;

namespace Gateway.Core.Auth;

/// <summary>Reads what a token grants.</summary>
public static class GrantClaims
{
    static readonly AuthFault Missing =
        AuthFault.GrantMissing.Because($"the token has neither the claim {IcepeakClaim.Name} nor {GatewayClaim.Name}");

    /// <summary>
    /// From the claims <c>icepeak</c> and <c>gateway</c> to grants; with both, to whatever one of them grants. Without
    /// either, or if one of them is malformed, nothing is granted, and <see cref="Grants.Fault"/> says which it is.
    /// </summary>
    /// <param name="payload">The token's claims; not kept.</param>
    public static Grants Read(JsonElement payload)
    {
        if (payload.ValueKind != JsonValueKind.Object)
            return new(new GrantTable(), Missing);
        var table = new GrantTable();
        try
        {
            var icepeak = ClaimElement.Find(payload, IcepeakClaim.Name);
            if (icepeak != null)
                IcepeakClaim.Read(new(icepeak.Value, "$"), table);
            var gateway = ClaimElement.Find(payload, GatewayClaim.Name);
            if (gateway != null)
                GatewayClaim.Read(new(gateway.Value, GatewayClaim.Name), table);
            return new(table, icepeak == null && gateway == null ? Missing : null);
        }
        catch (MalformedClaimException malformed)
        {
            return new(new GrantTable(), AuthFault.ClaimInvalid with { Detail = malformed.Message });
        }
    }
}
