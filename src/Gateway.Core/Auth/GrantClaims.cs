using System.Text.Json;

namespace Gateway.Core.Auth;

/// <summary>Reads what a token grants, by all the claims that there are. Thread-safe.</summary>
/// <param name="claims">The claims, in order.</param>
public sealed class GrantClaims(IReadOnlyList<IGrantClaim> claims)
{
    readonly AuthFault _missing =
        AuthFault.GrantMissing.Because($"the token has none of the claims that grant something: {string.Join(", ", claims.Select(claim => claim.Name))}");

    /// <summary>
    /// From claims to grants; with several, to whatever one of them grants. Without any, or if one of them is malformed,
    /// nothing is granted, and <see cref="Grants.Fault"/> says which it is.
    /// </summary>
    /// <param name="payload">The token's claims; not kept.</param>
    public Grants Read(JsonElement payload)
    {
        if (payload.ValueKind != JsonValueKind.Object)
            return new(new GrantTable(), _missing);
        var grants = new GrantsBuilder();
        GrantTable? table = null;
        try
        {
            foreach (var claim in claims)
            {
                if (ClaimElement.Find(payload, claim.Name) is not { } found)
                    continue;
                claim.Read(new ClaimElement(found, claim.Root), grants);
                table = grants.Build();
            }
        }
        catch (MalformedClaimException malformed)
        {
            return new(new GrantTable(), AuthFault.ClaimInvalid with { Detail = malformed.Message });
        }
        return table == null ? new(new GrantTable(), _missing) : new(table);
    }
}
