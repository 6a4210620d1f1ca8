using System.Buffers.Binary;
using System.Diagnostics;

namespace Gateway.Benchmarks.Load;

/// <summary>
/// What a message begins with: its number and when it was sent. Each half byte is one of the 16 letters from '@' on,
/// so that the message is text and is read without a table or a branch.
/// </summary>
readonly record struct Stamp(long Sequence, long SentAt)
{
    internal const int Length = 32;
    const ulong HalfBytes = 0x0f0f0f0f0f0f0f0f;
    const ulong Letters = 0x4040404040404040;

    internal static Stamp Now(long sequence) => new(sequence, Stopwatch.GetTimestamp());

    internal static Stamp Read(ReadOnlySpan<byte> from) => new(ReadNumber(from), ReadNumber(from[16..]));

    internal void Write(Span<byte> to)
    {
        WriteNumber(to, Sequence);
        WriteNumber(to[16..], SentAt);
    }

    static long ReadNumber(ReadOnlySpan<byte> from) =>
        (long)((ulong)Join(BinaryPrimitives.ReadUInt64BigEndian(from)) << 32 | Join(BinaryPrimitives.ReadUInt64BigEndian(from[8..])));

    static void WriteNumber(Span<byte> to, long number)
    {
        BinaryPrimitives.WriteUInt64BigEndian(to, Spread((uint)(number >> 32)) | Letters);
        BinaryPrimitives.WriteUInt64BigEndian(to[8..], Spread((uint)number) | Letters);
    }

    static uint Join(ulong letters)
    {
        var x = letters & HalfBytes;
        x = (x | x >> 4) & 0x00ff00ff00ff00ff;
        x = (x | x >> 8) & 0x0000ffff0000ffff;
        return (uint)(x | x >> 16);
    }

    static ulong Spread(uint number)
    {
        ulong x = number;
        x = (x | x << 16) & 0x0000ffff0000ffff;
        x = (x | x << 8) & 0x00ff00ff00ff00ff;
        return (x | x << 4) & HalfBytes;
    }
}
