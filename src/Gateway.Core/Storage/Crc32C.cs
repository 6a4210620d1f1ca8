using System.Buffers.Binary;
using System.Numerics;

namespace Gateway.Core.Storage;

/// <summary>CRC-32C (Castagnoli, RFC 3720 section 12.1), by the processor's own instruction where it has one.</summary>
static class Crc32C
{
    /// <summary>The checksum of <paramref name="data"/>, continued from that of what comes before, or begun from a seed (0 = the standard one).</summary>
    public static uint Of(ReadOnlySpan<byte> data, uint seed = 0)
    {
        uint crc = ~seed;
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        foreach (byte b in data)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
