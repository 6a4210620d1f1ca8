using System.Buffers.Binary;

namespace Gateway.Core.Storage;

/// <summary>
/// What a snapshot's file begins with: "gwsnp", 0, the version of the format (2 bytes), the position of the last record
/// that it covers (8), the length of the content (8), the CRC-32C of these 24 bytes (4). Blocks of 64 kB follow, the last
/// one shorter, each with its CRC-32C behind it (4), which begins from the block's number. Whatever lies behind is ignored.
/// </summary>
readonly record struct SnapshotFile(long Position, long Length)
{
    public const int HeadBytes = 28;
    public const int BlockBytes = 64 << 10;
    public const int ChecksumBytes = 4;

    static ReadOnlySpan<byte> Magic => "gwsnp\0\u0001\0"u8;

    /// <summary>The length of the file that the head promises.</summary>
    public long FileBytes => HeadBytes + Length + (Length + BlockBytes - 1) / BlockBytes * ChecksumBytes;

    public byte[] ToBytes()
    {
        var bytes = new byte[HeadBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Position);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Length);
        return LogHead.Seal(bytes, Magic);
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out SnapshotFile head)
    {
        head = default;
        if (!LogHead.IsWhole(bytes, Magic, HeadBytes))
            return false;
        head = new(BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));
        return head.Position >= 0 && head.Length >= 0;
    }
}
