using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Modules.Streams.Storage;

/// <summary>
/// A compressed file that can be sent as it is and read from anywhere. It begins with one gzip member (RFC 1952) whose
/// deflate blocks refer to nothing before the last multiple of <see cref="BlockBytes"/>, so that inflating may begin at any
/// of these. Behind the member follow the positions at which they begin, the plain length, the member's length, and a mark;
/// all are 64-bit little-endian integers.
/// </summary>
static class GzipFile
{
    /// <summary>How many plain bytes are compressed on their own.</summary>
    public const int BlockBytes = 256 * 1024;

    const int TailBytes = 3 * sizeof(long);
    const long Mark = 0x31_70_69_7A_67_77_67; // "gwgzip1"

    static ReadOnlySpan<byte> Head => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];

    // An empty last block, whose bits end within the second byte.
    static ReadOnlySpan<byte> End => [0x03, 0x00];

    /// <summary>Compresses the first bytes of a file.</summary>
    public static void Write(SafeFileHandle plain, long length, Stream output, CancellationToken cancellation)
    {
        var positions = new List<long>();
        var checksum = new Crc32();
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        using var compressed = new MemoryStream();
        try
        {
            output.Write(Head);
            for (long at = 0; at < length; at += BlockBytes)
            {
                cancellation.ThrowIfCancellationRequested();
                var bytes = block.AsSpan(0, (int)Math.Min(BlockBytes, length - at));
                ReadAll(plain, bytes, at);
                checksum.Append(bytes);
                positions.Add(output.Position);
                output.Write(Compress(bytes, compressed));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
        output.Write(End);
        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, checksum.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)length);
        output.Write(trailer);
        long member = output.Position;
        foreach (long position in (long[])[.. positions, length, member, Mark])
        {
            BinaryPrimitives.WriteInt64LittleEndian(trailer, position);
            output.Write(trailer);
        }
    }

    /// <summary>Reads the lengths of the stream and of the member; null if this is no such file, or not all of it.</summary>
    public static (long Plain, long Member)? ReadTail(SafeFileHandle file)
    {
        long bytes = RandomAccess.GetLength(file);
        Span<byte> tail = stackalloc byte[TailBytes];
        if (bytes < TailBytes || RandomAccess.Read(file, tail, bytes - TailBytes) != TailBytes
            || BinaryPrimitives.ReadInt64LittleEndian(tail[16..]) != Mark)
            return null;
        long plain = BinaryPrimitives.ReadInt64LittleEndian(tail);
        long member = BinaryPrimitives.ReadInt64LittleEndian(tail[8..]);
        return member + (Blocks(plain) * sizeof(long)) + TailBytes == bytes ? (plain, member) : null;
    }

    /// <summary>Where in a file of so many bytes the position of a block stands.</summary>
    public static long EntryOf(long block, long plain, long bytes) => bytes - TailBytes - ((Blocks(plain) - block) * sizeof(long));

    static long Blocks(long plain) => (plain + BlockBytes - 1) / BlockBytes;

    // A flush ends the block at a byte's end; what disposing adds, the end of all, is left out.
    static ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> bytes, MemoryStream compressed)
    {
        compressed.SetLength(0);
        int length;
        using (var deflate = new DeflateStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(bytes);
            deflate.Flush();
            length = (int)compressed.Length;
        }
        return compressed.GetBuffer().AsSpan(0, length);
    }

    static void ReadAll(SafeFileHandle file, Span<byte> bytes, long position)
    {
        for (int done = 0; done < bytes.Length;)
        {
            int read = RandomAccess.Read(file, bytes[done..], position + done);
            if (read == 0)
                throw new EndOfStreamException("The file of a stream is shorter than the stream.");
            done += read;
        }
    }
}
