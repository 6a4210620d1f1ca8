using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gateway.Core.Redis.Embedded;

/// <summary>Writes replies. Where the two versions of the protocol differ, the client's is asked.</summary>
static class RespOutput
{
    public static void Simple(IBufferWriter<byte> output, string text) => Line(output, '+', text);

    public static void Error(IBufferWriter<byte> output, string text) => Line(output, '-', text);

    public static void Number(IBufferWriter<byte> output, long number) => Line(output, ':', number.ToString(CultureInfo.InvariantCulture));

    public static void Array(IBufferWriter<byte> output, int count) => Line(output, '*', count.ToString(CultureInfo.InvariantCulture));

    /// <summary>Pairs of keys and values: a flat array in RESP2.</summary>
    public static void Map(IBufferWriter<byte> output, int pairs, int version)
    {
        if (version < 3)
            Array(output, 2 * pairs);
        else
            Line(output, '%', pairs.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What is not the reply to a command: an array in RESP2.</summary>
    public static void Push(IBufferWriter<byte> output, int count, int version) =>
        Line(output, version < 3 ? '*' : '>', count.ToString(CultureInfo.InvariantCulture));

    public static void Null(IBufferWriter<byte> output, int version) => output.Write(version < 3 ? "$-1\r\n"u8 : "_\r\n"u8);

    public static void Bulk(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        Line(output, '$', bytes.Length.ToString(CultureInfo.InvariantCulture));
        output.Write(bytes);
        output.Write("\r\n"u8);
    }

    public static void Bulk(IBufferWriter<byte> output, string latin1) => Bulk(output, Encoding.Latin1.GetBytes(latin1));

    static void Line(IBufferWriter<byte> output, char mark, string text)
    {
        var span = output.GetSpan(text.Length + 3);
        span[0] = (byte)mark;
        int length = Encoding.Latin1.GetBytes(text, span[1..]);
        "\r\n"u8.CopyTo(span[(length + 1)..]);
        output.Advance(length + 3);
    }
}
