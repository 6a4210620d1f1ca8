using System.Buffers;
using System.Text;

namespace Gateway.Modules.Channels;

/// <summary>
/// A channel's name: the request's path with its percent escapes decoded, leading slash included. Case counts, and so
/// does every slash: <c>/a</c>, <c>/a/</c> and <c>//a</c> are three channels.
/// </summary>
static class ChannelName
{
    const int MaxCharacters = 256;

    /// <summary>Reads the name from a path as it stands in the request.</summary>
    /// <returns>What is wrong with the path; null if it names a channel.</returns>
    public static string? Parse(string path, out string name)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(path.Length);
        try
        {
            name = "";
            if (!TryUnescape(path, bytes, out int length))
                return "Path has a malformed percent escape.";
            if (!System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, length)))
                return "Path must be valid Unicode (UTF-8).";
            name = Encoding.UTF8.GetString(bytes, 0, length);
            return name.EnumerateRunes().Count() > MaxCharacters
                ? $"Path length must be 1-{MaxCharacters} Unicode characters (UTF-8)."
                : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    // The path is ASCII: the web server refuses a request line that is not.
    static bool TryUnescape(ReadOnlySpan<char> path, Span<byte> bytes, out int length)
    {
        length = 0;
        for (int i = 0; i < path.Length; i++)
        {
            if (path[i] != '%')
            {
                bytes[length++] = (byte)path[i];
                continue;
            }
            if (i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]))
                return false;
            bytes[length++] = Convert.FromHexString(path.Slice(i + 1, 2))[0];
            i += 2;
        }
        return true;
    }
}
