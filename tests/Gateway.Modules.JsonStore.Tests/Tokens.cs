using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Modules.JsonStore.Tests;

/// <summary>Signed tokens.</summary>
static class Tokens
{
    public const string Secret = "a secret that is long enough to sign tokens with";

    /// <summary>A token that allows actions below paths.</summary>
    public static string For(string actions, string paths, DateTimeOffset? expires = null) => Sign(
        $$"""{"gateway":{"version":1,"grants":[{"module":"JsonStore","paths":[{{paths}}],"actions":[{{actions}}]}]}{{Expiry(expires)}}}""");

    /// <summary>A token with any claims.</summary>
    public static string Sign(string claims, string secret = Secret)
    {
        string signed = $"{Encode("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Encode(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)))}";
    }

    static string Expiry(DateTimeOffset? expires) => expires is { } end ? $",\"exp\":{end.ToUnixTimeSeconds()}" : "";

    static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
