using System.Globalization;
using System.Text;

namespace Gateway.Modules.Streams;

/// <summary>
/// A stream's id: one segment of the request's path with its percent escapes decoded, 1 to 100 UTF-16 units as the
/// original counts. It never becomes a file's name.
/// </summary>
static class StreamId
{
    const int MaxLength = 100;

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads an id from a segment as it stands in the request.</summary>
    /// <returns>Null where the segment is no id; the original then knows nothing at that path.</returns>
    public static string? Parse(string segment)
    {
        try
        {
            byte[] bytes = new byte[segment.Length];
            if (!TryUnescape(segment, bytes, out int length))
                return null;
            string id = Strict.GetString(bytes, 0, length);
            return id.Length <= MaxLength ? id : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether an id is refused: one that a tool between here and the client might tidy away, or that breaks a line.</summary>
    public static bool IsRefused(string id) => id is "." or ".." || id.Any(char.IsControl);

    /// <summary>An id for a stream that was given none: <c>loom-</c> and the time, as the original makes it.</summary>
    public static string Generate(DateTimeOffset now, int attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"loom-{now.ToUnixTimeMilliseconds() + attempt}");

    /// <summary>An id as a header can carry it: as it is if it is plain ASCII, else percent-encoded.</summary>
    public static string ToHeader(string id) =>
        id.All(c => c is >= ' ' and <= '~') && id.Trim(' ').Length == id.Length ? id : Uri.EscapeDataString(id);

    // The path is ASCII: the web server refuses a request line that is not.
    static bool TryUnescape(ReadOnlySpan<char> segment, Span<byte> bytes, out int length)
    {
        length = 0;
        for (int i = 0; i < segment.Length; i++)
        {
            if (segment[i] != '%')
            {
                bytes[length++] = (byte)segment[i];
                continue;
            }
            if (i + 2 >= segment.Length || !char.IsAsciiHexDigit(segment[i + 1]) || !char.IsAsciiHexDigit(segment[i + 2]))
                return false;
            bytes[length++] = Convert.FromHexString(segment.Slice(i + 1, 2))[0];
            i += 2;
        }
        return true;
    }
}
