using System.Text.Json;

namespace Gateway.Core.Auth.Jwt;

/// <summary>
/// Tells clients by signed tokens. In this order: the token is taken apart, its signature is checked, then its time, then
/// its issuer and audience, so that nothing of a forged token but its form is told.
/// </summary>
/// <param name="name">The scheme's name.</param>
/// <param name="options">Its options, without a fault.</param>
/// <param name="algorithms">What it takes; a token of another kind is refused before any key is looked for.</param>
/// <param name="keys">Its keys; null where a proxy has checked signatures.</param>
/// <param name="time">The clock.</param>
/// <param name="grants">Reads grants from the claims.</param>
sealed class JwtScheme(
    string name, JwtOptions options, IReadOnlyCollection<string> algorithms, IJwtKeys? keys, TimeProvider time, Func<JsonElement, Grants> grants)
    : ICacheableScheme, IReportsHealth, IAsyncDisposable
{
    readonly JwtClaimCheck _claims = new(name, options);

    public string Name => name;

    public int Generation => keys?.Generation ?? 0;

    public string? Problem => keys?.Problem;

    public async ValueTask<AuthResult> AuthenticateAsync(Credentials credentials, CancellationToken cancellation)
    {
        if (credentials.Token is not { } token)
            return AuthFault.TokenMissing;
        if (Jws.Read(token) is not { } jws)
            return AuthFault.TokenMalformed;
        using var claims = StrictJson.ParseObject(jws.Payload);
        if (claims == null || JwtPayload.Read(claims.RootElement) is not { } payload)
            return AuthFault.TokenMalformed.Because("its claims are no JSON object, or of wrong types");
        var (fault, issuer) = await CheckSignatureAsync(jws, cancellation).ConfigureAwait(false);
        return fault != null ? fault : await AcceptAsync(token, payload, claims.RootElement, issuer).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => keys is IAsyncDisposable disposable ? disposable.DisposeAsync() : default;

    /// <summary>What is wrong with the signature; if nothing is, who issues tokens by these keys, where that is known.</summary>
    async ValueTask<(AuthFault? Fault, string? Issuer)> CheckSignatureAsync(Jws jws, CancellationToken cancellation)
    {
        if (keys == null)
            return default;
        if (jws.Header.Algorithm == null || !algorithms.Contains(jws.Header.Algorithm))
            return (AuthFault.SignatureInvalid.Because("its algorithm is not taken here"), null);
        if (keys.Current?.MayHave(jws.Header.KeyId) != true)
            await keys.LookAgainAsync(cancellation).ConfigureAwait(false);
        var set = keys.Current;
        if (set?.MayHave(jws.Header.KeyId) != true && keys.Problem is { } problem)
            return (AuthFault.Unavailable.Because(problem), null);
        return set != null && JwtSignature.Verify(jws.Header, jws.Payload, jws.Signature, set.Keys)
            ? (null, set.Issuer)
            : (AuthFault.SignatureInvalid, null);
    }

    async ValueTask<AuthResult> AcceptAsync(string token, JwtPayload payload, JsonElement claims, string? issuer)
    {
        var lifetime = JwtLifetime.Of(payload, options.ClockSkew);
        if (lifetime.FaultAt(time.GetUtcNow()) is { } over)
            return over;
        var (principal, fault) = await _claims.CheckAsync(token, issuer).ConfigureAwait(false);
        if (principal == null)
            return fault!;
        return new Identity(name, payload.Subject, principal, grants(claims), lifetime.Expires, TokenHash.Of(token)) { NotBefore = lifetime.NotBefore };
    }
}
