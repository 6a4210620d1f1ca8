using System.Buffers;
using System.Text;

namespace Gateway.Modules.JsonStore;

/// <summary>Where in the document something is: the names of the members on the way to it, in UTF-8. None = the whole document.</summary>
static class StorePath
{
    /// <summary>
    /// Reads a path as it stands in the request: one leading slash goes, the rest is split at every other, and then each
    /// name has its percent escapes decoded. Malformed escapes stay; bytes that are no UTF-8 become U+FFFD.
    /// </summary>
    public static byte[][] Parse(string path)
    {
        var rest = path.AsSpan(path.StartsWith('/') ? 1 : 0);
        if (rest.IsEmpty)
            return [];
        var names = new byte[rest.Count('/') + 1][];
        int i = 0;
        foreach (var part in rest.Split('/'))
            names[i++] = Unescape(rest[part]);
        return names;
    }

    /// <summary>Reads a path of the multi-subscription protocol: split at every slash, and nothing decoded.</summary>
    public static byte[][] Split(string path) => [.. path.Split('/').Select(Encoding.UTF8.GetBytes)];

    /// <summary>The names as text, for grants.</summary>
    public static string[] ToText(byte[][] path) => [.. path.Select(name => Encoding.UTF8.GetString(name))];

    static byte[] Unescape(ReadOnlySpan<char> name)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(name.Length));
        try
        {
            int length = 0;
            while (!name.IsEmpty)
            {
                int escape = name.IndexOf('%');
                var plain = escape < 0 ? name : name[..escape];
                length += Encoding.UTF8.GetBytes(plain, bytes.AsSpan(length));
                name = name[plain.Length..];
                if (name.IsEmpty)
                    break;
                bool isEscape = name.Length >= 3 && char.IsAsciiHexDigit(name[1]) && char.IsAsciiHexDigit(name[2]);
                bytes[length++] = isEscape ? Convert.FromHexString(name[1..3])[0] : (byte)'%';
                name = name[(isEscape ? 3 : 1)..];
            }
            var utf8 = bytes.AsSpan(0, length);
            return System.Text.Unicode.Utf8.IsValid(utf8) ? utf8.ToArray() : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
