namespace Gateway.Core.Auth;

/// <summary>
/// A scheme with a cache before it: a token that was good is not checked again, except for its time. Refusals are not
/// kept, so that they cannot push good tokens out.
/// </summary>
sealed class CachedScheme(ICacheableScheme scheme, TokenCache cache, TimeProvider time) : IAuthScheme, IReportsHealth, IAsyncDisposable
{
    public string Name => scheme.Name;

    public string? Problem => (scheme as IReportsHealth)?.Problem;

    public ValueTask<AuthResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellation)
    {
        if (credentials.Token == null || !TokenKey.TryCompute(credentials.Token, out var key))
            return scheme.AuthenticateAsync(credentials, cancellation);
        int generation = scheme.Generation;
        return cache.Find(key, generation) is { } identity
            ? new(AtThisTime(identity, key))
            : AskAsync(key, generation, cache.Removals, credentials, cancellation);
    }

    /// <summary>Forgets a token that was revoked.</summary>
    /// <param name="hash">Its SHA-256.</param>
    public void RemoveToken(ReadOnlySpan<byte> hash) => cache.Remove(TokenKey.FromHash(hash));

    /// <summary>Forgets the tokens of a user who was revoked.</summary>
    public void RemoveSubject(string subject) => cache.RemoveSubject(subject);

    public ValueTask DisposeAsync() => scheme is IAsyncDisposable disposable ? disposable.DisposeAsync() : default;

    AuthResult AtThisTime(Identity identity, TokenKey key)
    {
        var now = time.GetUtcNow();
        if (now >= identity.Expires)
        {
            cache.Forget(key);
            return AuthFault.TokenExpired;
        }
        return now < identity.NotBefore ? AuthFault.TokenNotYetValid : identity;
    }

    async ValueTask<AuthResult> AskAsync(TokenKey key, int generation, int removals, Credentials credentials, CancellationToken cancellation)
    {
        var result = await scheme.AuthenticateAsync(credentials, cancellation).ConfigureAwait(false);
        if (result.Succeeded)
            cache.Add(key, result.Identity, generation, removals);
        return result;
    }
}
