namespace Gateway.Core.Auth.Jwt;

/// <summary>Signed bytes in the compact form (RFC 7515, section 7.1), taken apart. Nothing in it has been checked yet.</summary>
/// <param name="Header">What it says about its signature.</param>
/// <param name="Payload">What was signed; for a token, its claims.</param>
/// <param name="Signature">The signature; empty if there is none.</param>
sealed record Jws(JwsHeader Header, byte[] Payload, byte[] Signature)
{
    /// <summary>Null where it is no such text, or a longer one than is read.</summary>
    public static Jws? Read(string text)
    {
        if (text.Length > TokenHash.MaxTokenLength || text.AsSpan().Count('.') != 2)
            return null;
        int first = text.IndexOf('.'), last = text.LastIndexOf('.');
        return Base64UrlText.Decode(text.AsSpan(0, first)) is { } header
            && Base64UrlText.Decode(text.AsSpan(first + 1, last - first - 1)) is { } payload
            && Base64UrlText.Decode(text.AsSpan(last + 1)) is { } signature
            && JwsHeader.Read(header) is { } read
            ? new(read, payload, signature) : null;
    }
}
