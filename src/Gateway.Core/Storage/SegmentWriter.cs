namespace Gateway.Core.Storage;

/// <summary>
/// Brings records to the disk, segment after segment, and holds each until it is known to be there: after a failed write
/// or fsync nothing is known of what was written since the last good one. Used by one thread.
/// </summary>
/// <param name="folder">Where the segments lie.</param>
/// <param name="segment">The one to go on with.</param>
/// <param name="last">The position of its last record, or the one before its first.</param>
/// <param name="seed">The seed of the checksums.</param>
/// <param name="segmentBytes">The length at which a new segment is begun.</param>
/// <param name="onWritten">Told the position up to which records have been written.</param>
/// <param name="onSynced">Told the position up to which records are on the disk, and how many bytes that frees.</param>
sealed class SegmentWriter(
    LogFolder folder, Segment segment, long last, uint seed, long segmentBytes, Action<long> onWritten, Action<long, long> onSynced) : IDisposable
{
    // The first of these have been written already, and are not known to be on the disk.
    readonly List<RecordBatch> _unsynced = [];
    int _written;
    long _synced = last;
    Segment _segment = segment;

    /// <summary>The bytes of the records that are not known to be on the disk.</summary>
    public long UnsyncedBytes { get; private set; }

    public bool IsSynced => _unsynced.Count == 0;

    /// <summary>The position of the last record that it was given.</summary>
    public long Last => _unsynced.Count == 0 ? _synced : _unsynced[^1].Last;

    public void Take(IReadOnlyList<RecordBatch> batches)
    {
        _unsynced.AddRange(batches);
        UnsyncedBytes += Length(batches);
    }

    /// <summary>Writes what it was given.</summary>
    public void Write()
    {
        while (_written < _unsynced.Count)
            WriteSome();
    }

    /// <summary>Joins small batches that have been written: of a trickle each would hold a whole buffer until the next fsync.</summary>
    public void Join()
    {
        for (int i = _written - 1; i > 0; i--)
        {
            if (!_unsynced[i - 1].TryJoin(_unsynced[i]))
                continue;
            _unsynced.RemoveAt(i);
            _written--;
        }
    }

    /// <summary>Brings what it has written to the disk.</summary>
    public void Sync()
    {
        if (_written > 0)
            _segment.Sync();
        Release(_written);
    }

    /// <summary>Begins a new segment, unless the present one is still empty. All must be synced.</summary>
    public void BeginSegment()
    {
        if (_segment.IsEmpty)
            return;
        var next = folder.CreateSegment(_synced + 1, seed, []);
        _segment.Dispose();
        _segment = next;
    }

    /// <summary>
    /// After a failure: writes everything that is not known to be on the disk anew, into a new segment. The old one is not
    /// relied on: the system may take for clean what it has lost.
    /// </summary>
    public void Repair()
    {
        var old = _segment;
        _segment = folder.CreateSegment(_synced + 1, seed, _unsynced);
        if (old.First != _segment.First)
            Shorten(old);
        old.Dispose();
        _written = _unsynced.Count;
        onWritten(Last);
        Release(_written);
    }

    public void Dispose()
    {
        foreach (var batch in _unsynced)
            batch.Release();
        _segment.Dispose();
    }

    // As much as the segment may still take, at least one batch.
    void WriteSome()
    {
        if (_segment.Length >= segmentBytes && !_segment.IsEmpty)
        {
            // A segment that others follow must be whole.
            Sync();
            BeginSegment();
        }
        int end = _written;
        for (long length = _segment.Length; end < _unsynced.Count && (end == _written || length < segmentBytes); end++)
            length += _unsynced[end].Length;
        _segment.Write(_unsynced[_written..end]);
        folder.CountSegment(_segment.First, _segment.Length);
        _written = end;
        onWritten(_unsynced[end - 1].Last);
    }

    // The first batches are on the disk.
    void Release(int count)
    {
        var released = _unsynced[..count];
        long bytes = Length(released);
        if (count > 0)
            _synced = released[^1].Last;
        released.ForEach(batch => batch.Release());
        _unsynced.RemoveRange(0, count);
        _written -= count;
        UnsyncedBytes -= bytes;
        onSynced(_synced, bytes);
    }

    // What is cut lies in the new segment, and would be ignored here.
    void Shorten(Segment old)
    {
        try
        {
            old.CutUnsynced();
            folder.CountSegment(old.First, old.Length);
        }
        catch (IOException)
        {
        }
    }

    static long Length(IReadOnlyList<RecordBatch> batches) => batches.Sum(batch => (long)batch.Length);
}
