using System.Globalization;

namespace Gateway.Core.Storage;

/// <summary>
/// The files of a log: segments <c>{position of the first record}.log</c>, the snapshot
/// <c>{position of the last record covered}.snapshot</c>, positions with twenty digits; unfinished ones end in <c>.tmp</c>.
/// Thread-safe.
/// </summary>
sealed class LogFolder(string path, LogFiles files)
{
    const string SegmentEnding = ".log";
    const string SnapshotEnding = ".snapshot";
    const string UnfinishedEnding = ".tmp";

    readonly Lock _lock = new();
    readonly SortedDictionary<long, long> _segments = [];
    (long Position, long Bytes) _snapshot;
    long _storedBytes;

    public string Path { get; } = path;

    public LogFiles Files { get; } = files;

    /// <summary>The bytes of the segments and the snapshot.</summary>
    public long StoredBytes => Interlocked.Read(ref _storedBytes);

    /// <summary>The position up to which the snapshot covers the records; 0 = there is none.</summary>
    public long SnapshotPosition
    {
        get
        {
            lock (_lock)
                return _snapshot.Position;
        }
    }

    public string SegmentPath(long first) => Name(first, SegmentEnding);

    public string SnapshotPath(long position) => Name(position, SnapshotEnding);

    /// <summary>The positions in the names of the segments that are there, in order.</summary>
    public List<long> FindSegments() => Find(SegmentEnding);

    /// <summary>The positions in the names of the snapshots that are there, in order.</summary>
    public List<long> FindSnapshots() => Find(SnapshotEnding);

    /// <summary>Counts a segment in, or its length anew.</summary>
    public void CountSegment(long first, long length)
    {
        lock (_lock)
        {
            Interlocked.Add(ref _storedBytes, length - _segments.GetValueOrDefault(first));
            _segments[first] = length;
        }
    }

    /// <summary>
    /// Makes a segment that begins with these records. It gets its name only once all of it is on the disk, and then
    /// replaces, for those who recover, whatever older segments hold from its first position on.
    /// </summary>
    public Segment CreateSegment(long first, uint seed, IReadOnlyList<RecordBatch> records)
    {
        string name = SegmentPath(first);
        string unfinished = name + UnfinishedEnding;
        var file = Files.Create(unfinished);
        try
        {
            Files.Write(file, [new SegmentHead(first, seed).ToBytes(), .. records.Select(batch => batch.Memory)], 0);
            Files.Sync(file);
            Files.Rename(unfinished, name);
            Files.SyncFolder(Path);
        }
        catch
        {
            file.Dispose();
            TryDelete(unfinished);
            throw;
        }
        long length = SegmentHead.Bytes + records.Sum(batch => (long)batch.Length);
        CountSegment(first, length);
        return new Segment(Files, file, first, length);
    }

    /// <summary>Makes a snapshot of the state at a position, which takes the place of the one before and of the segments that it covers.</summary>
    public async Task CreateSnapshotAsync(long position, Func<Stream, Task> write)
    {
        string name = SnapshotPath(position);
        string unfinished = name + UnfinishedEnding;
        long bytes;
        try
        {
            using var file = Files.Create(unfinished);
            var content = new SnapshotWriter(Files, file);
            await using (content.ConfigureAwait(false))
            {
                await write(content).ConfigureAwait(false);
                bytes = content.Complete(position);
            }
            Files.Rename(unfinished, name);
            Files.SyncFolder(Path);
        }
        catch
        {
            TryDelete(unfinished);
            throw;
        }
        UseSnapshot(position, bytes);
        DeleteCovered();
    }

    /// <summary>Counts a snapshot in that is on the disk.</summary>
    public void UseSnapshot(long position, long bytes)
    {
        lock (_lock)
        {
            Interlocked.Add(ref _storedBytes, bytes - _snapshot.Bytes);
            _snapshot = (position, bytes);
        }
    }

    /// <summary>
    /// Deletes what the snapshot makes needless: older snapshots, segments that hold no record after it, unfinished files.
    /// The last segment stays.
    /// </summary>
    public void DeleteCovered()
    {
        foreach (long position in FindSnapshots().Where(position => position < SnapshotPosition))
            TryDelete(SnapshotPath(position));
        foreach (long first in TakeCovered())
            TryDelete(SegmentPath(first));
    }

    /// <summary>Deletes what was not finished when the last process ended.</summary>
    public void DeleteUnfinished()
    {
        foreach (string file in Directory.EnumerateFiles(Path, $"*{UnfinishedEnding}").Where(IsOurs))
            TryDelete(file);

        static bool IsOurs(string file) =>
            System.IO.Path.GetFileNameWithoutExtension(file) is var name && (name.EndsWith(SegmentEnding, StringComparison.Ordinal) || name.EndsWith(SnapshotEnding, StringComparison.Ordinal));
    }

    List<long> TakeCovered()
    {
        lock (_lock)
        {
            var firsts = _segments.Keys.ToList();
            var covered = firsts.Where((first, i) => i + 1 < firsts.Count && firsts[i + 1] <= _snapshot.Position + 1).ToList();
            foreach (long first in covered)
            {
                Interlocked.Add(ref _storedBytes, -_segments[first]);
                _segments.Remove(first);
            }
            return covered;
        }
    }

    // What stays behind is ignored, and tried again at the next start.
    void TryDelete(string path)
    {
        try
        {
            Files.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    string Name(long position, string ending) =>
        System.IO.Path.Combine(Path, position.ToString("D20", CultureInfo.InvariantCulture) + ending);

    List<long> Find(string ending)
    {
        var positions = new List<long>();
        foreach (string file in Directory.EnumerateFiles(Path, $"*{ending}"))
        {
            string name = System.IO.Path.GetFileNameWithoutExtension(file);
            if (name.Length == 20 && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long position))
                positions.Add(position);
        }
        positions.Sort();
        return positions;
    }
}
