using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gateway.Core.Auth.Users;

/// <summary>
/// The tokens of users: JWTs of HS256 and nothing else. Exactly one signature text is right for a token, so that no other
/// spelling of a revoked one passes.
/// </summary>
sealed class UserTokens(byte[] secret, TimeProvider time)
{
    static readonly string Header = Base64Url.EncodeToString("""{"typ":"JWT","alg":"HS256"}"""u8);

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
        var parts = token.Split('.');
        if (parts.Length != 3)
            return AuthFault.TokenMalformed;
        if (!IsSignature(parts[2], $"{parts[0]}.{parts[1]}"))
            return AuthFault.SignatureInvalid;
        try
        {
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            return CheckHeader(header.RootElement) ?? ReadClaims(claims.RootElement, out user, out expires);
        }
        // Signed with our secret, but not by us.
        catch (Exception malformed) when (malformed is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            return AuthFault.TokenMalformed;
        }
    }

    string Sign(string text) => Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(text)));

    bool IsSignature(string signature, string text) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Sign(text)));

    static AuthFault? CheckHeader(JsonElement header) =>
        header.GetProperty("alg").ValueEquals("HS256") && !header.TryGetProperty("crit", out _) ? null : AuthFault.SignatureInvalid;

    AuthFault? ReadClaims(JsonElement claims, out Guid user, out DateTimeOffset expires)
    {
        user = claims.GetProperty("sub").GetGuid();
        expires = ToTime(claims.GetProperty("exp").GetDouble());
        var now = time.GetUtcNow();
        if (claims.TryGetProperty("nbf", out var begin) && ToTime(begin.GetDouble()) > now)
            return AuthFault.TokenNotYetValid;
        return expires <= now ? AuthFault.TokenExpired : null;
    }

    static DateTimeOffset ToTime(double seconds) => seconds >= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        ? DateTimeOffset.MaxValue
        : DateTimeOffset.UnixEpoch.AddSeconds(Math.Max(seconds, 0));
}
