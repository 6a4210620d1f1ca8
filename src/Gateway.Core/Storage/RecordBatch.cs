using System.Buffers;

namespace Gateway.Core.Storage;

/// <summary>Framed records that lie one behind the other in a pooled buffer, as they will in the segment.</summary>
sealed class RecordBatch
{
    const int UsualBytes = 64 << 10;

    byte[] _buffer;

    RecordBatch(int size) => _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(size, UsualBytes));

    public int Length { get; private set; }

    /// <summary>The position of its last record.</summary>
    public long Last { get; private set; }

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    /// <summary>A batch with room for <paramref name="size"/> bytes: the last of the list or, where that is full, one added to it.</summary>
    public static RecordBatch WithRoom(List<RecordBatch> batches, int size)
    {
        if (batches.Count == 0 || batches[^1]._buffer.Length - batches[^1].Length < size)
            batches.Add(new RecordBatch(size));
        return batches[^1];
    }

    public void Add(long position, ReadOnlySpan<byte> payload, uint checksum, uint seed)
    {
        RecordFrame.Write(_buffer.AsSpan(Length), position, payload, checksum, seed);
        Length += RecordFrame.HeadBytes + payload.Length;
        Last = position;
    }

    /// <summary>Takes over the records of the batch that follows, and its buffer back, if there is room for them.</summary>
    public bool TryJoin(RecordBatch next)
    {
        if (_buffer.Length - Length < next.Length)
            return false;
        next.Memory.Span.CopyTo(_buffer.AsSpan(Length));
        Length += next.Length;
        Last = next.Last;
        next.Release();
        return true;
    }

    /// <summary>Gives the buffer back; the batch must not be used any more.</summary>
    public void Release()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, Length) = ([], 0);
    }
}
