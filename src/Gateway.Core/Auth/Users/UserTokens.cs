using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gateway.Core.Auth.Jwt;

namespace Gateway.Core.Auth.Users;

/// <summary>
/// The tokens of users: JWTs of HS256 and nothing else. Exactly one signature text is right for a token, so that no other
/// spelling of a revoked one passes.
/// </summary>
sealed class UserTokens(byte[] secret, TimeProvider time)
{
    static readonly string Header = Base64Url.EncodeToString("""{"typ":"JWT","alg":"HS256"}"""u8);

    readonly JwtKey[] _keys = [JwtKey.FromSecret(secret, null, [JwtAlgorithm.Default])];

    /// <summary>A new token, and when it ends: at a whole second.</summary>
    public (string Token, DateTimeOffset Expires) Create(Guid user, TimeSpan lifetime)
    {
        var end = (time.GetUtcNow() + lifetime).ToUnixTimeSeconds();
        var claims = Base64Url.EncodeToString(Encoding.ASCII.GetBytes($$"""{"sub":"{{user}}","company":"","exp":{{end}}}"""));
        var signed = $"{Header}.{claims}";
        return ($"{signed}.{Sign(signed)}", DateTimeOffset.FromUnixTimeSeconds(end));
    }

    /// <summary>Whose token it is, and when it ends; else what is wrong with it.</summary>
    public AuthFault? Read(string token, out Guid user, out DateTimeOffset expires)
    {
        (user, expires) = (default, default);
        if (Jws.Read(token) is not { } jws)
            return AuthFault.TokenMalformed;
        if (!JwtSignature.Verify(jws.Header, jws.Payload, jws.Signature, _keys))
            return AuthFault.SignatureInvalid;
        // From here on it was signed with our secret, but maybe not by us.
        using var claims = StrictJson.ParseObject(jws.Payload);
        if (claims == null || JwtPayload.Read(claims.RootElement) is not { Expires: { } end } payload || !Guid.TryParseExact(payload.Subject, "D", out user))
            return AuthFault.TokenMalformed;
        expires = end;
        return JwtLifetime.Of(payload, TimeSpan.Zero).FaultAt(time.GetUtcNow());
    }

    string Sign(string text) => Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(text)));
}
