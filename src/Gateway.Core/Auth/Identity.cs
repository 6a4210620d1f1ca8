using System.Security.Claims;

namespace Gateway.Core.Auth;

/// <summary>A client that has been let in: who it is, what it may do, and until when. Immutable, and shared by all connections of a token.</summary>
/// <param name="Scheme">The name of the scheme that let it in.</param>
/// <param name="Subject">The user or service behind it; null where the scheme knows none.</param>
/// <param name="Principal">Its claims.</param>
/// <param name="Grants">What it may do.</param>
/// <param name="Expires">When it has to go; null = never by itself.</param>
/// <param name="TokenHash">The SHA-256 of its token, by which a token is revoked without being kept; null where there was none.</param>
public sealed record Identity(
    string Scheme, string? Subject, ClaimsPrincipal Principal, Grants Grants, DateTimeOffset? Expires, TokenHash? TokenHash)
{
    /// <summary>Before when it is not let in; null = always.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>A client of a module without schemes: nobody in particular, and allowed everything.</summary>
    public static Identity Open { get; } = new("none", null, new ClaimsPrincipal(), Grants.Everything, null, null);
}
