using System.Buffers;
using System.Buffers.Text;

namespace Gateway.Core.Auth.Jwt;

/// <summary>
/// base64url as RFC 7515, section 2, has it: no padding, no white space, nothing outside the alphabet. Bits that stand for
/// nothing are zero, so that there is one text for the same bytes.
/// </summary>
static class Base64UrlText
{
    static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Null for a text that is not base64url.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExcept(Alphabet) || text.Length % 4 == 1)
            return null;
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.DecodeFromChars(text, bytes, out _, out int written) == OperationStatus.Done && written == bytes.Length ? bytes : null;
    }
}
