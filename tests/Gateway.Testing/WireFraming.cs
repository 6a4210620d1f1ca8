using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.Testing;

/// <summary>Frames to bytes and back (RFC 6455, section 5.2); lenient, as what it sends may be wrong on purpose.</summary>
static class WireFraming
{
    /// <summary>The next frame, or how the connection ended.</summary>
    /// <exception cref="InvalidDataException">The frame is masked, which a server's never is, or too long for memory.</exception>
    public static async Task<WireFrame> ReadAsync(WireReader reader, CancellationToken cancellation)
    {
        if (!await reader.HasAsync(2, cancellation))
            return Ended(reader);

        var shortLength = reader.Buffered[1];
        if (shortLength > 127)
            throw new InvalidDataException("The server sent a masked frame.");

        var headerLength = shortLength switch { 126 => 4, 127 => 10, _ => 2 };
        if (!await reader.HasAsync(headerLength, cancellation))
            return Ended(reader);

        var length = PayloadLength(reader.Buffered);
        if (length > (ulong)(Array.MaxLength - headerLength))
            throw new InvalidDataException($"The server announced a frame of {length} bytes.");
        if (!await reader.HasAsync(headerLength + (int)length, cancellation))
            return Ended(reader);

        var header = reader.Take(headerLength);
        return new WireFrame
        {
            Fin = header[0] >= 0x80,
            Rsv = header[0] >> 4 & 7,
            Opcode = (WireOpcode)(header[0] & 15),
            Payload = reader.Take((int)length),
        };
    }

    /// <summary>A frame's bytes.</summary>
    public static byte[] Encode(WireOpcode opcode, ReadOnlySpan<byte> payload, bool fin, bool mask, int rsv)
    {
        var bytes = new List<byte> { (byte)((fin ? 0x80 : 0) | rsv << 4 | (int)opcode) };
        AddLength(bytes, payload.Length, (byte)(mask ? 0x80 : 0));
        if (!mask)
            return [.. bytes, .. payload];

        var key = RandomNumberGenerator.GetBytes(4);
        var masked = payload.ToArray();
        for (var i = 0; i < masked.Length; i++)
            masked[i] ^= key[i & 3];
        return [.. bytes, .. key, .. masked];
    }

    static WireFrame Ended(WireReader reader) => new()
    {
        Opcode = WireOpcode.End,
        End = reader.End == WireEnd.EndOfStream && !reader.Buffered.IsEmpty ? WireEnd.Truncated : reader.End,
    };

    static ulong PayloadLength(ReadOnlySpan<byte> header) => header[1] switch
    {
        126 => BinaryPrimitives.ReadUInt16BigEndian(header[2..]),
        127 => BinaryPrimitives.ReadUInt64BigEndian(header[2..]),
        _ => header[1],
    };

    static void AddLength(List<byte> bytes, int length, byte maskBit)
    {
        Span<byte> extended = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(extended, length);
        if (length < 126)
            bytes.Add((byte)(maskBit | length));
        else if (length <= ushort.MaxValue)
            bytes.AddRange([(byte)(maskBit | 126), .. extended[6..]]);
        else
            bytes.AddRange([(byte)(maskBit | 127), .. extended]);
    }
}
