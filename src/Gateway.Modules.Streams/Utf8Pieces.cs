using System.Buffers;
using System.Text;

namespace Gateway.Modules.Streams;

/// <summary>Cuts a stream of bytes into pieces of whole characters.</summary>
static class Utf8Pieces
{
    /// <summary>How many bytes at the end are a character that has only begun: 0 to 3.</summary>
    public static int Incomplete(ReadOnlySpan<byte> bytes)
    {
        for (int back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            byte b = bytes[^back];
            if ((b & 0xC0) == 0x80)
                continue;
            // A lead byte, or ASCII: the rest of the character is missing if the decoder would wait for it.
            return Rune.DecodeFromUtf8(bytes[^back..], out _, out _) == OperationStatus.NeedMoreData ? back : 0;
        }
        return 0;
    }
}
