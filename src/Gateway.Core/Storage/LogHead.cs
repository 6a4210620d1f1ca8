using System.Buffers.Binary;

namespace Gateway.Core.Storage;

/// <summary>What the heads of a log's files have in common: a mark of eight bytes first, and a CRC-32C of all the rest last (4).</summary>
static class LogHead
{
    const int ChecksumBytes = sizeof(uint);

    /// <summary>Puts mark and checksum to a head whose other fields are written.</summary>
    public static byte[] Seal(byte[] head, ReadOnlySpan<byte> mark)
    {
        mark.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(head.Length - ChecksumBytes), Crc32C.Of(head.AsSpan(0, head.Length - ChecksumBytes)));
        return head;
    }

    /// <summary>Whether these bytes begin with a whole head of this mark and length.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> mark, int length) =>
        bytes.Length >= length && bytes.StartsWith(mark)
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[(length - ChecksumBytes)..]) == Crc32C.Of(bytes[..(length - ChecksumBytes)]);
}
