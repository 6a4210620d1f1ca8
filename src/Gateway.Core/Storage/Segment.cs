using Microsoft.Win32.SafeHandles;

namespace Gateway.Core.Storage;

/// <summary>The segment that records are appended to. Used by the writer alone.</summary>
sealed class Segment(LogFiles files, SafeFileHandle file, long first, long length) : IDisposable
{
    /// <summary>The position of its first record.</summary>
    public long First { get; } = first;

    public long Length { get; private set; } = length;

    /// <summary>The length up to which it is known to be on the disk.</summary>
    public long SyncedLength { get; private set; } = length;

    public bool IsEmpty => Length == SegmentHead.Bytes;

    public void Write(IReadOnlyList<RecordBatch> batches)
    {
        files.Write(file, [.. batches.Select(batch => batch.Memory)], Length);
        Length += batches.Sum(batch => (long)batch.Length);
    }

    public void Sync()
    {
        files.Sync(file);
        SyncedLength = Length;
    }

    /// <summary>Cuts what is not known to be on the disk.</summary>
    public void CutUnsynced()
    {
        files.Truncate(file, SyncedLength);
        Length = SyncedLength;
    }

    public void Dispose() => file.Dispose();
}
