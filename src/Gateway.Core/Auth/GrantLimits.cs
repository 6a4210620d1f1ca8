namespace Gateway.Core.Auth;

/// <summary>What a token is told that grants more than can be checked quickly.</summary>
static class GrantLimits
{
    public static void Enforce(bool within, ClaimElement element)
    {
        if (!within)
            throw element.Fault($"""
                more than a token may grant: {GrantTable.MaxPaths} paths of {GrantTable.MaxPathLength} characters each, with
                {GrantTable.MaxPlaces} different segments, {GrantTable.MaxVisits} places to look at for a check, and {GrantActions.Limit} different actions
                """.ReplaceLineEndings(" "));
    }
}
