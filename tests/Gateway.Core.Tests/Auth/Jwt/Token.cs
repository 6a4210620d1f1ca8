using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Core.Tests.Auth.Jwt;

/// <summary>Makes tokens, good ones and others.</summary>
static class Token
{
    public const string Secret = "a secret of thirty-two bytes ....";
    public const string OtherSecret = "another secret, as long as the 1st";

    public static string Hs256(string payload, string secret = Secret, string header = """{"alg":"HS256","typ":"JWT"}""") =>
        Sign(header, payload, signed => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));

    public static string Rs256(string payload, RSA key, string? kid = null) =>
        Sign(Header("RS256", kid), payload, signed => key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Es256(string payload, ECDsa key, string? kid = null) =>
        Sign(Header("ES256", kid), payload, signed => key.SignData(signed, HashAlgorithmName.SHA256));

    public static string Unsigned(string payload, string header = """{"alg":"none"}""") => Sign(header, payload, _ => []);

    public static string Sign(string header, string payload, Func<byte[], byte[]> sign)
    {
        string signed = $"{Text(header)}.{Text(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Header(string algorithm, string? kid) =>
        kid == null ? $$"""{"alg":"{{algorithm}}"}""" : $$"""{"alg":"{{algorithm}}","kid":"{{kid}}"}""";

    // One byte per character, so that a test can write bytes that are not UTF-8.
    public static string Text(string json) => Base64Url.EncodeToString(Encoding.Latin1.GetBytes(json));
}
