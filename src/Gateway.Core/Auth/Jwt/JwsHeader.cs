using System.Text.Json;

namespace Gateway.Core.Auth.Jwt;

/// <summary>What a token says about its signature. Keys that it brings along, or the addresses of some, are not looked at.</summary>
/// <param name="Utf8">The header itself, as it was signed.</param>
/// <param name="Algorithm"><c>alg</c>; null if it is absent.</param>
/// <param name="KeyId"><c>kid</c>; null if it is absent.</param>
sealed record JwsHeader(byte[] Utf8, string? Algorithm, string? KeyId)
{
    /// <summary>
    /// Null where it is malformed, or asks for something that is not understood: <c>crit</c> (RFC 7515, section 4.1.11),
    /// which names what a reader must understand, encryption, compression, and a payload that is not base64url.
    /// </summary>
    public static JwsHeader? Read(byte[] utf8)
    {
        using var document = StrictJson.ParseObject(utf8);
        if (document?.RootElement is not { } header
            || header.TryGetProperty("crit", out _) || header.TryGetProperty("enc", out _)
            || header.TryGetProperty("zip", out _) || header.TryGetProperty("b64", out _))
            return null;
        return TryText(header, "alg", out string? algorithm) && TryText(header, "kid", out string? keyId)
            && TryText(header, "typ", out _) && TryText(header, "cty", out _)
            ? new(utf8, algorithm, keyId) : null;
    }

    static bool TryText(JsonElement header, string name, out string? text)
    {
        text = null;
        if (!header.TryGetProperty(name, out var value))
            return true;
        if (value.ValueKind != JsonValueKind.String)
            return false;
        text = value.GetString();
        return true;
    }
}
