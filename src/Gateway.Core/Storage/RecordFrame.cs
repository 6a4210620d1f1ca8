using System.Buffers.Binary;

namespace Gateway.Core.Storage;

/// <summary>
/// How a record lies in a segment, all numbers little-endian: the payload's length (4 bytes) and CRC-32C (4), the record's
/// position (8), the CRC-32C of these sixteen bytes (4), the payload. Both checksums begin from the log's seed, a random
/// number, so that no payload can hold what would pass for a record. The head has a checksum of its own so that a search
/// for records among damaged bytes takes one step a byte, whatever they are.
/// </summary>
/// <param name="Position">The record's number; the first of a log is 1.</param>
/// <param name="Length">The payload's length.</param>
/// <param name="Checksum">The payload's checksum.</param>
readonly record struct RecordFrame(long Position, int Length, uint Checksum)
{
    public const int HeadBytes = 20;

    const int HeadChecksumAt = 16;

    public static void Write(Span<byte> target, long position, ReadOnlySpan<byte> payload, uint checksum, uint seed)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], checksum);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], position);
        BinaryPrimitives.WriteUInt32LittleEndian(target[HeadChecksumAt..], Crc32C.Of(target[..HeadChecksumAt], seed));
        payload.CopyTo(target[HeadBytes..]);
    }

    /// <summary>Reads a head; false if these bytes are none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> head, uint seed, out RecordFrame frame)
    {
        frame = default;
        if (head.Length < HeadBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(head[HeadChecksumAt..]) != Crc32C.Of(head[..HeadChecksumAt], seed))
        {
            return false;
        }
        frame = new(
            BinaryPrimitives.ReadInt64LittleEndian(head[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(head),
            BinaryPrimitives.ReadUInt32LittleEndian(head[4..]));
        return frame.Length >= 0;
    }

    public bool Holds(ReadOnlySpan<byte> payload, uint seed) => Crc32C.Of(payload, seed) == Checksum;
}
