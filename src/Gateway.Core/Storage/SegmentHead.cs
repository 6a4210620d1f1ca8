using System.Buffers.Binary;

namespace Gateway.Core.Storage;

/// <summary>
/// What a segment's file begins with: "gwlog", 0, the version of the format (2 bytes), the position of the first record
/// (8), the seed of the checksums (4), the CRC-32C of these twenty bytes (4).
/// </summary>
readonly record struct SegmentHead(long First, uint Seed)
{
    public const int Bytes = 24;

    static ReadOnlySpan<byte> Magic => "gwlog\0\u0001\0"u8;

    public byte[] ToBytes()
    {
        var bytes = new byte[Bytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), First);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), Seed);
        return LogHead.Seal(bytes, Magic);
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out SegmentHead head)
    {
        head = default;
        if (!LogHead.IsWhole(bytes, Magic, Bytes))
            return false;
        head = new(BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]));
        return true;
    }
}
