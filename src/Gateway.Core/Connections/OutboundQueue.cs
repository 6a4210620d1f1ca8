using Gateway.Core.Diagnostics;

namespace Gateway.Core.Connections;

/// <summary>
/// The frames that wait for one connection, oldest first, the first of them perhaps partly sent. Holds no memory while
/// nothing waits. Not thread-safe: its connection's lock guards it.
/// </summary>
sealed class OutboundQueue
{
    const int KeptCapacity = 8;

    Frame?[] _ring = [];
    int _first;
    int _sentOfFirst;

    public int Count { get; private set; }

    /// <summary>Bytes that are still to be sent.</summary>
    public long Bytes { get; private set; }

    public bool IsEmpty => Count == 0;

    /// <summary>How many frames it has room for: what it costs while nothing waits.</summary>
    internal int Slots => _ring.Length;

    public void Add(Frame frame)
    {
        if (Count == _ring.Length)
            Grow();
        _ring[(_first + Count++) % _ring.Length] = frame;
        Bytes += frame.Length;
    }

    /// <summary>
    /// Adds, where nothing waits, frames of which the first <paramref name="sent"/> bytes, counted over all, have left
    /// already.
    /// </summary>
    /// <returns>The frames that have left whole.</returns>
    public FrameCount AddRest(ReadOnlySpan<Frame> frames, int sent)
    {
        int whole = 0;
        FrameCount left = default;
        for (; whole < frames.Length && sent >= frames[whole].Length; sent -= frames[whole++].Length)
            left += frames[whole].Count;
        foreach (var frame in frames[whole..])
            Add(frame);
        Take(sent);
        return left;
    }

    /// <summary>Copies what waits into a buffer, as much as fits, without taking it.</summary>
    public int CopyTo(Span<byte> buffer)
    {
        int copied = 0;
        for (int i = 0; i < Count && copied < buffer.Length; i++)
        {
            var rest = At(i).Span[(i == 0 ? _sentOfFirst : 0)..];
            if (rest.Length > buffer.Length - copied)
                rest = rest[..(buffer.Length - copied)];
            rest.CopyTo(buffer[copied..]);
            copied += rest.Length;
        }
        return copied;
    }

    /// <summary>Removes bytes from the front, which have been sent.</summary>
    /// <returns>The frames that have left whole with them.</returns>
    public FrameCount Take(int bytes)
    {
        FrameCount left = default;
        Bytes -= bytes;
        _sentOfFirst += bytes;
        while (Count > 0 && _sentOfFirst >= At(0).Length)
        {
            _sentOfFirst -= At(0).Length;
            left += At(0).Count;
            RemoveFirst();
        }
        ReleaseIfEmpty();
        return left;
    }

    /// <summary>
    /// Drops the oldest frames until at most <paramref name="bytes"/> bytes wait, sparing the newest
    /// <paramref name="keep"/> frames and one that is partly on the wire.
    /// </summary>
    /// <returns>The frames that were dropped.</returns>
    public FrameCount DropOldest(long bytes, int keep)
    {
        var started = _sentOfFirst > 0 ? At(0) : null;
        int sentOfStarted = _sentOfFirst;
        FrameCount dropped = default;
        if (started != null)
        {
            RemoveFirst();
            _sentOfFirst = 0;
            keep = Math.Min(keep, Count);
        }
        while (Count > keep && Bytes > bytes)
        {
            Bytes -= At(0).Length;
            dropped += At(0).Count;
            RemoveFirst();
        }
        if (started != null)
            PutBack(started, sentOfStarted);
        ReleaseIfEmpty();
        return dropped;
    }

    /// <summary>Drops everything: there is no wire any more.</summary>
    public FrameCount Clear()
    {
        // The whole first frame is lost, whatever part of it has left.
        Bytes += _sentOfFirst;
        _sentOfFirst = 0;
        return DropOldest(0, keep: 0);
    }

    Frame At(int index) => _ring[(_first + index) % _ring.Length]!;

    void RemoveFirst()
    {
        _ring[_first] = null;
        _first = (_first + 1) % _ring.Length;
        Count--;
    }

    // The slot before the first is free: the frame has just been taken from it.
    void PutBack(Frame frame, int sent)
    {
        _first = (_first + _ring.Length - 1) % _ring.Length;
        _ring[_first] = frame;
        _sentOfFirst = sent;
        Count++;
    }

    void Grow()
    {
        var ring = new Frame?[Math.Max(4, _ring.Length * 2)];
        for (int i = 0; i < Count; i++)
            ring[i] = At(i);
        _ring = ring;
        _first = 0;
    }

    void ReleaseIfEmpty()
    {
        if (Count == 0 && _ring.Length > KeptCapacity)
            (_ring, _first) = ([], 0);
    }
}
