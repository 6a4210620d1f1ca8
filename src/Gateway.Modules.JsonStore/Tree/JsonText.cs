using System.Buffers;
using System.Text.Json;

namespace Gateway.Modules.JsonStore.Tree;

/// <summary>
/// A value as text: without spaces, members in order, and escaped only what must be: <c>\"</c>, <c>\\</c>, <c>\n</c>,
/// <c>\r</c>, <c>\t</c>, and <c>\u00xx</c> for the other control characters.
/// </summary>
static class JsonText
{
    static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(control => (byte)control), (byte)'"', (byte)'\\']);

    /// <summary>Encodes a value of at most 2 GB.</summary>
    public static byte[] Encode(JsonValue value)
    {
        var bytes = new byte[value.Bytes];
        var writer = new JsonTextWriter(bytes);
        writer.Write(value);
        return bytes;
    }

    /// <summary>Writes a value of any length.</summary>
    public static void Write(JsonValue value, IBufferWriter<byte> output)
    {
        var writer = new JsonTextWriter(output);
        writer.Write(value);
        writer.Flush();
    }

    /// <summary>Writes a part of an object or array; see <see cref="JsonTextWriter.WriteEntries"/>.</summary>
    public static void WriteEntries(Sequence part, bool isFirst, IBufferWriter<byte> output)
    {
        var writer = new JsonTextWriter(output);
        writer.WriteEntries(part, isFirst);
        writer.Flush();
    }

    /// <summary>Writes what stands before a value; see <see cref="JsonTextWriter.WriteHead"/>.</summary>
    public static void WriteHead(Sequence leaf, int index, bool isFirst, IBufferWriter<byte> output)
    {
        var writer = new JsonTextWriter(output);
        writer.WriteHead(leaf, index, isFirst);
        writer.Flush();
    }

    /// <summary>The length of a string in quotes, escaped.</summary>
    public static int QuotedLength(ReadOnlySpan<byte> utf8)
    {
        int length = utf8.Length + 2;
        for (int at = utf8.IndexOfAny(Escaped); at >= 0;)
        {
            length += EscapeLength(utf8[at]) - 1;
            utf8 = utf8[(at + 1)..];
            at = utf8.IndexOfAny(Escaped);
        }
        return length;
    }

    /// <summary>Writes a string in quotes, escaped.</summary>
    /// <returns>The length of what was written: <see cref="QuotedLength"/>.</returns>
    public static int Quote(ReadOnlySpan<byte> utf8, Span<byte> target)
    {
        int written = 0;
        target[written++] = (byte)'"';
        while (!utf8.IsEmpty)
        {
            int at = utf8.IndexOfAny(Escaped);
            int plain = at < 0 ? utf8.Length : at;
            utf8[..plain].CopyTo(target[written..]);
            written += plain;
            if (at < 0)
                break;
            written += Escape(utf8[at], target[written..]);
            utf8 = utf8[(at + 1)..];
        }
        target[written++] = (byte)'"';
        return written;
    }

    /// <summary>The characters of a string that <see cref="Quote"/> has written.</summary>
    public static byte[] Unquote(ReadOnlySpan<byte> quoted)
    {
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        var utf8 = new byte[quoted.Length];
        return utf8[..reader.CopyString(utf8)];
    }

    static int EscapeLength(byte character) => character is (byte)'"' or (byte)'\\' or (byte)'\n' or (byte)'\r' or (byte)'\t' ? 2 : 6;

    static int Escape(byte character, Span<byte> target)
    {
        target[0] = (byte)'\\';
        switch (character)
        {
            case (byte)'\n':
                target[1] = (byte)'n';
                return 2;
            case (byte)'\r':
                target[1] = (byte)'r';
                return 2;
            case (byte)'\t':
                target[1] = (byte)'t';
                return 2;
            case (byte)'"' or (byte)'\\':
                target[1] = character;
                return 2;
            default:
                "u00"u8.CopyTo(target[1..]);
                target[4] = HexDigit(character >> 4);
                target[5] = HexDigit(character & 0xf);
                return 6;
        }
    }

    static byte HexDigit(int value) => "0123456789abcdef"u8[value];
}
