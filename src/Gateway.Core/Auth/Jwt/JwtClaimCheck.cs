using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Core.Auth.Jwt;

/// <summary>
/// Issuer, audience and the principal, by the package's validation. Signature and dates are not left to it; both have been
/// checked when a token comes here.
/// </summary>
sealed class JwtClaimCheck(string scheme, JwtOptions options)
{
    readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    volatile TokenValidationParameters _parameters = Parameters(scheme, options.Issuer, options.Audience);

    /// <summary>The principal, or why the token is not for this address.</summary>
    /// <param name="token">The token, of which nothing but its claims is in question any more.</param>
    /// <param name="issuer">Who issues tokens by the keys, where their source says so; the options win.</param>
    public async ValueTask<(ClaimsPrincipal? Principal, AuthFault? Fault)> CheckAsync(string token, string? issuer)
    {
        var parameters = _parameters;
        if (options.Issuer == null && parameters.ValidIssuer != issuer)
            _parameters = parameters = Parameters(scheme, issuer, options.Audience);
        var result = await _handler.ValidateTokenAsync(token, parameters).ConfigureAwait(false);
        return result switch
        {
            { IsValid: true } => (Principal(result.ClaimsIdentity), null),
            { Exception: SecurityTokenInvalidIssuerException } => (null, AuthFault.ClaimInvalid.Because("wrong issuer")),
            { Exception: SecurityTokenInvalidAudienceException } => (null, AuthFault.ClaimInvalid.Because("wrong audience")),
            _ => (null, AuthFault.TokenMalformed.Because(result.Exception?.GetType().Name ?? "not read")),
        };
    }

    // A copy: the package's own identity keeps the token.
    static ClaimsPrincipal Principal(ClaimsIdentity identity) =>
        new(new ClaimsIdentity(identity.Claims, identity.AuthenticationType, identity.NameClaimType, identity.RoleClaimType));

    static TokenValidationParameters Parameters(string scheme, string? issuer, string? audience) => new()
    {
        AuthenticationType = scheme,
        NameClaimType = JwtRegisteredClaimNames.Sub,
        RoleClaimType = "roles",
        ValidIssuer = issuer,
        ValidateIssuer = issuer != null,
        ValidAudience = audience,
        ValidateAudience = audience != null,
        IgnoreTrailingSlashWhenValidatingAudience = false,
        ValidateLifetime = false,
        RequireExpirationTime = false,
        RequireSignedTokens = false,
        SignatureValidator = (text, _) => new JsonWebToken(text),
    };
}
