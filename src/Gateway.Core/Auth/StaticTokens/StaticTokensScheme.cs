using System.Security.Claims;

namespace Gateway.Core.Auth.StaticTokens;

/// <summary>
/// Lets in whoever has one of the tokens, and allows it everything. What is compared are hashes, all of them each time,
/// so that the time it takes tells nothing about the tokens.
/// </summary>
sealed class StaticTokensScheme(string name, StaticTokensOptions options) : IAuthScheme
{
    readonly TokenHash[] _hashes = [.. options.Tokens.Select(TokenHash.Of)];
    readonly ClaimsPrincipal _principal = new(new ClaimsIdentity(name));

    public string Name => name;

    public ValueTask<AuthResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellation) =>
        ValueTask.FromResult(Authenticate(credentials.Token));

    AuthResult Authenticate(string? token)
    {
        if (string.IsNullOrEmpty(token))
            return AuthFault.TokenMissing;
        if (token.Length > TokenHash.MaxTokenLength)
            return AuthFault.TokenMalformed;
        var hash = TokenHash.Of(token);
        var known = false;
        foreach (var good in _hashes)
            known |= good.FixedTimeEquals(hash);
        return known ? new Identity(name, null, _principal, Grants.Everything, null, hash) : AuthFault.TokenUnknown;
    }
}
