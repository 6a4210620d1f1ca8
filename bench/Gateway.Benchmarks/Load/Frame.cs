using System.Buffers.Binary;

namespace Gateway.Benchmarks.Load;

/// <summary>WebSocket framing as a client needs it: whole unmasked frames in, masked frames out.</summary>
static class Frame
{
    internal const int Text = 1;
    internal const int Close = 8;
    internal const int Ping = 9;
    internal const int Pong = 10;

    /// <summary>More than any header of a masked frame.</summary>
    internal const int Overhead = 14;

    /// <summary>Finds the frame that <paramref name="data"/> begins with; false when it is not complete yet.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> data, out int opcode, out int start, out int end)
    {
        (opcode, start, end) = (0, 2, 0);
        if (data.Length < 2)
            return false;

        opcode = data[0] == (0x80 | (data[0] & 0x0f)) ? data[0] & 0x0f : throw new LoadFault("the server sent part of a message, or used an extension");
        long length = data[1];
        if (length > 125)
        {
            start = length == 126 ? 4 : 10;
            if (data.Length < start)
                return false;
            length = length == 126 ? BinaryPrimitives.ReadUInt16BigEndian(data[2..]) : BinaryPrimitives.ReadInt64BigEndian(data[2..]);
        }

        end = (int)Math.Min(start + length, int.MaxValue);
        return end <= data.Length;
    }

    /// <summary>Writes a masked frame and returns its length.</summary>
    internal static int Write(Span<byte> to, int opcode, ReadOnlySpan<byte> payload)
    {
        to[0] = (byte)(0x80 | opcode);
        var header = WriteLength(to[1..], payload.Length) + 1;
        Span<byte> mask = to.Slice(header, 4);
        BinaryPrimitives.WriteInt32LittleEndian(mask, Random.Shared.Next());
        var body = to[(header + 4)..];
        for (var i = 0; i < payload.Length; i++)
            body[i] = (byte)(payload[i] ^ mask[i & 3]);
        return header + 4 + payload.Length;
    }

    static int WriteLength(Span<byte> to, int length)
    {
        to[0] = (byte)(0x80 | Math.Min(length, length > ushort.MaxValue ? 127 : 126));
        if (length < 126)
            return 1;
        if (length <= ushort.MaxValue)
        {
            BinaryPrimitives.WriteUInt16BigEndian(to[1..], (ushort)length);
            return 3;
        }

        BinaryPrimitives.WriteInt64BigEndian(to[1..], length);
        return 9;
    }
}
