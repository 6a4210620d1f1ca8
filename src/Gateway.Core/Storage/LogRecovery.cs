using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Storage;

/// <summary>
/// Opens what the last process left: the newest snapshot, then every record after it. Changes nothing before all of it has
/// been read. What follows the last record of the last segment, whatever it is, is what the process was writing when it
/// ended, and is cut; anything else that is not as it was written is damage.
/// </summary>
sealed partial class LogRecovery(LogFolder folder, ILogger logger)
{
    // The position up to which everything is there, in the snapshot or in a segment.
    long _reached;

    /// <returns>The segment to append to, the position of the last record, and the seed of the checksums.</returns>
    /// <exception cref="LogDamagedException">Something is damaged.</exception>
    public (Segment Segment, long Last, uint Seed) Run(Action<Stream> readSnapshot, RecordReader readRecord)
    {
        long covered = _reached = ReadSnapshot(readSnapshot);
        var segments = folder.FindSegments();
        if (segments.Count == 0)
            return covered == 0 ? Begin(1, NewSeed()) : throw Missing(covered);

        for (int i = 0; i < segments.Count - 1; i++)
        {
            folder.CountSegment(segments[i], new FileInfo(folder.SegmentPath(segments[i])).Length);
            if (segments[i + 1] > covered + 1)
                ReadInner(segments[i], segments[i + 1], covered, readRecord);
        }
        return ReadLast(segments[^1], segments.Count == 1, covered, readRecord);
    }

    long ReadSnapshot(Action<Stream> read)
    {
        if (folder.FindSnapshots() is not [.., var position])
            return 0;
        using var content = new SnapshotReader(folder.SnapshotPath(position), position);
        read(content);
        folder.UseSnapshot(position, content.FileBytes);
        return position;
    }

    // A segment that others follow has everything up to where the next one begins.
    void ReadInner(long first, long next, long covered, RecordReader readRecord)
    {
        using var reader = new SegmentReader(folder.SegmentPath(first));
        if (!reader.TryReadHead(out var head) || head.First != first)
            throw NoHead(reader, first);
        CheckFollows(reader, first);
        long last = ReadRecords(reader, first, next, covered, readRecord);
        if (last + 1 < next)
            throw new LogDamagedException(reader.Path, reader.Offset, $"record {last + 1} is missing or damaged, and records from {next} on are there");
        _reached = last;
    }

    (Segment Segment, long Last, uint Seed) ReadLast(long first, bool isOnly, long covered, RecordReader readRecord)
    {
        using var reader = new SegmentReader(folder.SegmentPath(first));
        if (!reader.TryReadHead(out var head) || head.First != first)
        {
            if (reader.Length >= SegmentHead.Bytes && !reader.IsBlank())
                throw NoHead(reader, first);
            CheckFollows(reader, first);
            LogCut(reader.Path, 0, reader.Length);
            return Begin(Math.Max(first, covered + 1), NewSeed());
        }
        CheckFollows(reader, first);
        long last = ReadRecords(reader, first, long.MaxValue, covered, readRecord);
        if (reader.Offset < reader.Length && reader.FindRecordAfter(last) is { } later)
            throw new LogDamagedException(reader.Path, reader.Offset, $"record {last + 1} is missing or damaged, and a later one is whole at offset {later}");
        if (last >= covered)
            return (Continue(reader, first), last, head.Seed);
        folder.CountSegment(first, reader.Length);
        return Begin(covered + 1, head.Seed);
    }

    static long ReadRecords(SegmentReader reader, long first, long next, long covered, RecordReader readRecord)
    {
        long position = first;
        for (; position < next && reader.TryRead(position, out var payload); position++)
        {
            if (position > covered)
                readRecord(position, payload);
        }
        return position - 1;
    }

    // Brings to the disk what the last process may have left to the system.
    Segment Continue(SegmentReader reader, long first)
    {
        var file = folder.Files.Open(reader.Path);
        try
        {
            if (reader.Offset < reader.Length)
            {
                folder.Files.Truncate(file, reader.Offset);
                LogCut(reader.Path, reader.Offset, reader.Length - reader.Offset);
            }
            folder.Files.Sync(file);
            folder.Files.SyncFolder(folder.Path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        folder.CountSegment(first, reader.Offset);
        return new Segment(folder.Files, file, first, reader.Offset);
    }

    (Segment Segment, long Last, uint Seed) Begin(long first, uint seed) => (folder.CreateSegment(first, seed, []), first - 1, seed);

    static uint NewSeed() => BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));

    void CheckFollows(SegmentReader reader, long first)
    {
        if (first > _reached + 1)
            throw new LogDamagedException(reader.Path, 0, $"it begins with record {first}, and what should hold record {_reached + 1} is not there");
    }

    static LogDamagedException NoHead(SegmentReader reader, long first) =>
        new(reader.Path, 0, $"this is not the head of the segment of record {first}");

    LogDamagedException Missing(long covered) =>
        new(folder.SegmentPath(covered + 1), 0, $"no segment is there, though the snapshot of position {covered} is");

    [LoggerMessage(1601, LogLevel.Warning, "{File}: cut at offset {Offset}: the last {Bytes} bytes are no whole record; they were being written when the last process ended", EventName = "TornTailCut")]
    partial void LogCut(string file, long offset, long bytes);
}
