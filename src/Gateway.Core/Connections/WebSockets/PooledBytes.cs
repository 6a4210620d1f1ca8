using System.Buffers;

namespace Gateway.Core.Connections.WebSockets;

/// <summary>
/// Bytes gathered in a pooled array, which grows with what is added: a client has to send half of what it makes us hold.
/// A mutable struct, to be kept in a field that is not readonly.
/// </summary>
struct PooledBytes
{
    byte[]? _array;

    /// <summary>How many bytes were added since the last <see cref="Release"/>.</summary>
    public int Length { get; private set; }

    /// <summary>The size of the array held.</summary>
    public readonly int Capacity => _array?.Length ?? 0;

    /// <summary>What was added. Valid until the next call of another member.</summary>
    public readonly Memory<byte> Written => _array.AsMemory(0, Length);

    /// <summary>Adds bytes.</summary>
    /// <returns>The added bytes where they now lie.</returns>
    public Span<byte> Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Capacity - Length)
            Grow(Length + bytes.Length);

        var added = _array.AsSpan(Length, bytes.Length);
        bytes.CopyTo(added);
        Length += bytes.Length;
        return added;
    }

    /// <summary>Gives the array back and begins anew.</summary>
    public void Release()
    {
        if (_array is not null)
            ArrayPool<byte>.Shared.Return(_array);
        this = default;
    }

    // The pool's arrays are powers of two, so growing by any amount at least doubles.
    void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(needed);
        var length = Length;
        Written.CopyTo(larger);
        Release();
        (_array, Length) = (larger, length);
    }
}
