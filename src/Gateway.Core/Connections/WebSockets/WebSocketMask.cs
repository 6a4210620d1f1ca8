using System.Numerics;
using System.Runtime.InteropServices;

namespace Gateway.Core.Connections.WebSockets;

/// <summary>
/// The masking of client frames (RFC 6455 section 5.3): every payload byte is XORed with one of four key bytes in turn.
/// </summary>
static class WebSocketMask
{
    /// <summary>Removes the mask in place, a vector at a time, then a word, then a byte.</summary>
    /// <param name="payload">The payload, or the part of it that has arrived.</param>
    /// <param name="key">The key as it lies in memory, its first byte being the one for the first byte of the payload.</param>
    /// <returns>The key for the bytes that follow.</returns>
    public static uint Remove(Span<byte> payload, uint key)
    {
        var wideKey = Vector.AsVectorByte(new Vector<uint>(key));
        var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(payload);
        foreach (ref var vector in vectors)
            vector ^= wideKey;

        payload = payload[(vectors.Length * Vector<byte>.Count)..];
        var words = MemoryMarshal.Cast<byte, uint>(payload);
        foreach (ref var word in words)
            word ^= key;

        payload = payload[(words.Length * sizeof(uint))..];
        foreach (ref var last in payload)
        {
            last ^= MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in key))[0];
            key = Next(key);
        }

        return key;
    }

    // The byte at the lowest address moves to the highest.
    static uint Next(uint key) =>
        BitConverter.IsLittleEndian ? BitOperations.RotateRight(key, 8) : BitOperations.RotateLeft(key, 8);
}
