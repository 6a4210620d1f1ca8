using System.Security.Claims;
using Gateway.Core.Auth;

namespace Gateway.Core.Tests.Auth;

/// <summary>A scheme that counts how often it is asked. Tokens that begin with "bad" are refused; the subject stands before the first dot.</summary>
sealed class CountingScheme : ICacheableScheme
{
    public string Name => "counting";
    public int Generation { get; set; }
    public int Asked { get; private set; }
    public DateTimeOffset? Expires { get; set; }
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>Done while the scheme thinks.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    public async ValueTask<AuthResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellation)
    {
        Asked++;
        await Meanwhile();
        if (credentials.Token is not { } token)
            return AuthFault.TokenMissing;
        if (token.StartsWith("bad", StringComparison.Ordinal))
            return AuthFault.TokenUnknown;
        return new Identity(Name, token.Split('.')[0], new ClaimsPrincipal(), Grants.Nothing, Expires, TokenHash.Of(token)) { NotBefore = NotBefore };
    }
}
