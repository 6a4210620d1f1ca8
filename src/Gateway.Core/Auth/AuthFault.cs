namespace Gateway.Core.Auth;

/// <summary>Why a client is refused. Two faults are equal if they say the same.</summary>
/// <param name="Code">A stable name that the client sees, such as <c>token_expired</c>.</param>
/// <param name="Detail">A sentence for the client: what is wrong, as far as that reveals nothing.</param>
/// <param name="Reason">What the log says beyond that; never a token.</param>
public sealed record AuthFault(string Code, string Detail, string? Reason = null)
{
    /// <summary>There is no token.</summary>
    public static AuthFault TokenMissing { get; } = new("token_missing", "This address needs a token.");

    /// <summary>It is no token of the scheme's kind, or too large.</summary>
    public static AuthFault TokenMalformed { get; } = new("token_malformed", "The token is malformed.");

    /// <summary>The request has more than one (RFC 6750, section 2).</summary>
    public static AuthFault TokenAmbiguous { get; } = new("token_ambiguous", "A request may have one token, in one place.");

    /// <summary>Its time is over.</summary>
    public static AuthFault TokenExpired { get; } = new("token_expired", "The token has expired.");

    /// <summary>Its time has not come.</summary>
    public static AuthFault TokenNotYetValid { get; } = new("token_not_yet_valid", "The token is not valid yet.");

    /// <summary>Its signature is not by a key of the scheme, or by an algorithm that the scheme does not take.</summary>
    public static AuthFault SignatureInvalid { get; } = new("signature_invalid", "The token's signature is not valid here.");

    /// <summary>It is none of the tokens that the scheme knows.</summary>
    public static AuthFault TokenUnknown { get; } = new("token_unknown", "The token is not valid here.");

    /// <summary>It has a wrong issuer, audience or another claim that the scheme asks for.</summary>
    public static AuthFault ClaimInvalid { get; } = new("claim_invalid", "The token was not issued for this address.");

    /// <summary>It was taken back.</summary>
    public static AuthFault TokenRevoked { get; } = new("token_revoked", "The token has been revoked.");

    /// <summary>The client is known, but may not do what it asked for.</summary>
    public static AuthFault GrantMissing { get; } = new("grant_missing", "The token does not allow this.");

    /// <summary>The scheme cannot decide at the moment.</summary>
    public static AuthFault Unavailable { get; } = new("auth_unavailable", "Tokens cannot be checked at the moment.");

    /// <summary>The application behind the scheme gave an answer that cannot be read: to ask again at once is of no use.</summary>
    public bool IsUnreadable { get; init; }

    /// <summary>When a scheme that cannot decide wants to be asked again; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the application behind the scheme said in refusing, as JSON, for protocols that pass it on; null where it said nothing.</summary>
    public string? Answer { get; init; }

    /// <summary>The same to the client, with more for the log.</summary>
    public AuthFault Because(string reason) => this with { Reason = reason };
}
