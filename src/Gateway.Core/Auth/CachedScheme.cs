namespace Gateway.Core.Auth;

/// <summary>
/// A scheme with a cache before it: a token that was good is not checked again, except for its time. Refusals are not
/// kept, so that they cannot push good tokens out. Revocations are not its matter: they are looked at after it.
/// </summary>
sealed class CachedScheme(ICacheableScheme scheme, TokenCache cache, TimeProvider time) : IAuthScheme
{
    public string Name => scheme.Name;

    public ValueTask<AuthResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellation)
    {
        if (credentials.Token is not { Length: <= TokenHash.MaxTokenLength } token)
            return scheme.AuthenticateAsync(credentials, cancellation);
        var key = TokenHash.Of(token);
        int generation = scheme.Generation;
        return cache.Find(key, generation) is { } identity
            ? new(AtThisTime(identity, key))
            : AskAsync(key, generation, credentials, cancellation);
    }

    AuthResult AtThisTime(Identity identity, TokenHash key)
    {
        var now = time.GetUtcNow();
        if (now >= identity.Expires)
        {
            cache.Forget(key);
            return AuthFault.TokenExpired;
        }
        return now < identity.NotBefore ? AuthFault.TokenNotYetValid : identity;
    }

    async ValueTask<AuthResult> AskAsync(TokenHash key, int generation, Credentials credentials, CancellationToken cancellation)
    {
        var result = await scheme.AuthenticateAsync(credentials, cancellation).ConfigureAwait(false);
        if (result.Succeeded)
            cache.Add(key, result.Identity, generation);
        return result;
    }
}
