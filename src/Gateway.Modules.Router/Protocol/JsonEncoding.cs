using System.Text;

namespace Gateway.Modules.Router.Protocol;

/// <summary>
/// Binary frames may hold JSON in UTF-8, UTF-16 or UTF-32, with or without a byte order mark. Without one, the zero bytes
/// of the first characters, which JSON's are ASCII, give it away (RFC 4627, section 3).
/// </summary>
static class JsonEncoding
{
    static readonly UTF32Encoding Utf32BigEndian = new(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true);
    static readonly UTF32Encoding Utf32 = new(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true);
    static readonly UnicodeEncoding Utf16BigEndian = new(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true);
    static readonly UnicodeEncoding Utf16 = new(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true);

    /// <summary>The same in UTF-8; null if it is not valid in its encoding.</summary>
    public static ReadOnlyMemory<byte>? ToUtf8(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.StartsWith(Encoding.UTF8.Preamble))
            return bytes[Encoding.UTF8.Preamble.Length..];
        if (Detect(span) is not { } encoding)
            return bytes;
        int mark = span.StartsWith(encoding.Preamble) ? encoding.Preamble.Length : 0;
        try
        {
            return Encoding.UTF8.GetBytes(encoding.GetString(span[mark..]));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // Null = UTF-8. The marks of UTF-32 come first: little-endian, it begins with that of UTF-16.
    static Encoding? Detect(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Utf32BigEndian.Preamble))
            return Utf32BigEndian;
        if (bytes.StartsWith(Utf32.Preamble))
            return Utf32;
        if (bytes.StartsWith(Utf16BigEndian.Preamble))
            return Utf16BigEndian;
        if (bytes.StartsWith(Utf16.Preamble))
            return Utf16;
        if (bytes.Length >= 4 && bytes[0] == 0)
            return bytes[1] == 0 ? Utf32BigEndian : Utf16BigEndian;
        if (bytes.Length >= 4 && bytes[1] == 0)
            return bytes[2] == 0 && bytes[3] == 0 ? Utf32 : Utf16;
        if (bytes.Length == 2)
            return bytes[0] == 0 ? Utf16BigEndian : bytes[1] == 0 ? Utf16 : null;
        return null;
    }
}
