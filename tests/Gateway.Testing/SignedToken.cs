using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Testing;

/// <summary>Tokens as an application would sign them.</summary>
public static class SignedToken
{
    /// <summary>A token of HS256 (RFC 7515, section 7.1) with these claims.</summary>
    /// <param name="claims">The claims, as JSON in UTF-8.</param>
    /// <param name="secret">What it is signed with, as UTF-8.</param>
    public static string Create(ReadOnlySpan<byte> claims, string secret)
    {
        string signed = $"{Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)))}";
    }
}
