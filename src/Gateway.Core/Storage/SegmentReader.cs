using Microsoft.Win32.SafeHandles;

namespace Gateway.Core.Storage;

/// <summary>Reads a segment's records one after the other, and searches what is not a record for one.</summary>
sealed class SegmentReader : IDisposable
{
    const int WindowBytes = 1 << 20;

    readonly SafeFileHandle _file;
    byte[] _buffer = new byte[WindowBytes];
    int _start;
    int _end;
    uint _seed;

    public SegmentReader(string path)
    {
        Path = path;
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        Length = RandomAccess.GetLength(_file);
    }

    public string Path { get; }

    /// <summary>The file's length.</summary>
    public long Length { get; }

    /// <summary>Where in the file the next record begins.</summary>
    public long Offset { get; private set; }

    /// <summary>Reads the head, which everything else needs; false if there is none.</summary>
    public bool TryReadHead(out SegmentHead head)
    {
        if (!SegmentHead.TryRead(Peek(SegmentHead.Bytes), out head))
            return false;
        _seed = head.Seed;
        Skip(SegmentHead.Bytes);
        return true;
    }

    /// <summary>Reads the next record, if it is there, whole, and the one with this position.</summary>
    /// <param name="position">The position that the record must have.</param>
    /// <param name="payload">Valid until the next call.</param>
    public bool TryRead(long position, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (!RecordFrame.TryRead(Peek(RecordFrame.HeadBytes), _seed, out var frame) || frame.Position != position
            || frame.Length > Length - Offset - RecordFrame.HeadBytes)
        {
            return false;
        }
        payload = Peek(RecordFrame.HeadBytes + frame.Length)[RecordFrame.HeadBytes..];
        if (!frame.Holds(payload, _seed))
            return false;
        Skip(RecordFrame.HeadBytes + frame.Length);
        return true;
    }

    /// <summary>Where, at or after the current offset, a whole record with a later position than this one begins; null if nowhere.</summary>
    public long? FindRecordAfter(long position)
    {
        var window = new byte[WindowBytes];
        for (long at = Offset; Length - at >= RecordFrame.HeadBytes; at += WindowBytes - RecordFrame.HeadBytes + 1)
        {
            var bytes = window.AsSpan(0, ReadAt(window, at));
            for (int i = 0; i + RecordFrame.HeadBytes <= bytes.Length; i++)
            {
                if (RecordFrame.TryRead(bytes[i..], _seed, out var frame) && frame.Position > position && IsWhole(frame, at + i))
                    return at + i;
            }
        }
        return null;
    }

    /// <summary>Whether the whole file holds nothing but zeros.</summary>
    public bool IsBlank()
    {
        var window = new byte[WindowBytes];
        for (long at = 0; at < Length; at += WindowBytes)
        {
            if (window.AsSpan(0, ReadAt(window, at)).ContainsAnyExcept((byte)0))
                return false;
        }
        return true;
    }

    public void Dispose() => _file.Dispose();

    bool IsWhole(RecordFrame frame, long at)
    {
        if (frame.Length > Length - at - RecordFrame.HeadBytes)
            return false;
        var payload = new byte[frame.Length];
        return ReadAt(payload, at + RecordFrame.HeadBytes) == payload.Length && frame.Holds(payload, _seed);
    }

    // The next bytes, fewer where the file ends.
    ReadOnlySpan<byte> Peek(int count)
    {
        if (_end - _start < count)
            Fill(count);
        return _buffer.AsSpan(_start, Math.Min(count, _end - _start));
    }

    void Skip(int count)
    {
        _start += count;
        Offset += count;
    }

    void Fill(int count)
    {
        var target = count > _buffer.Length ? new byte[count] : _buffer;
        _buffer.AsSpan(_start, _end - _start).CopyTo(target);
        (_buffer, _start, _end) = (target, 0, _end - _start);
        _end += ReadAt(_buffer.AsSpan(_end), Offset + _end);
    }

    int ReadAt(Span<byte> target, long offset)
    {
        int total = 0;
        for (int read; total < target.Length && (read = RandomAccess.Read(_file, target[total..], offset + total)) > 0;)
            total += read;
        return total;
    }
}
