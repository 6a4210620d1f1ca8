using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Gateway.Core.Connections.WebSockets;

/// <summary>The payload of a compressed message (RFC 7692, section 7.2), each by itself.</summary>
static class MessageDeflate
{
    /// <summary>Shorter messages are sent as they are: to compress them costs more than it saves.</summary>
    public const int WorthwhileBytes = 512;

    const int InflateBytes = 16 * 1024;

    // The end of what a flush writes, which is left out on the wire, and a last block without content.
    static ReadOnlySpan<byte> FlushMark => [0x00, 0x00, 0xFF, 0xFF];

    static ReadOnlySpan<byte> LastBlock => [0x03, 0x00];

    /// <summary>Compresses a message.</summary>
    public static ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> message)
    {
        using var output = new MemoryStream(message.Length / 2);
        using var deflate = new DeflateStream(output, CompressionLevel.Fastest);
        deflate.Write(message);
        deflate.Flush();
        return output.GetBuffer().AsSpan(0, (int)output.Length - FlushMark.Length);
    }

    /// <summary>Inflates a message, and holds no more of it than the limit.</summary>
    /// <param name="compressed">The payload; what is left out on the wire is added to it.</param>
    /// <param name="limit">The most bytes that the message may have.</param>
    /// <param name="message">Where it is put.</param>
    /// <exception cref="WebSocketProtocolException">It is no compressed message, or beyond the limit.</exception>
    public static void Inflate(ref PooledBytes compressed, int limit, ref PooledBytes message)
    {
        compressed.Add(FlushMark);
        compressed.Add(LastBlock);
        MemoryMarshal.TryGetArray<byte>(compressed.Written, out var array);
        using var input = new MemoryStream(array.Array!, array.Offset, array.Count);
        using var inflate = new DeflateStream(input, CompressionMode.Decompress);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(InflateBytes);
        try
        {
            while (inflate.Read(buffer) is > 0 and var read)
            {
                if (read > limit - message.Length)
                    throw WebSocketProtocolException.TooBig(limit);
                message.Add(buffer.AsSpan(0, read));
            }
        }
        catch (InvalidDataException)
        {
            throw WebSocketProtocolException.InvalidCompression();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
