namespace Gateway.Core.Storage;

/// <summary>
/// A file of the store, locked while it is open. LiteDB syncs its data file at a checkpoint, but may write it before the
/// log that would repair a half-written one has reached the disk; so each write first syncs the file that has to be there
/// before. That file, the log, ignores LiteDB's own flushes, one for each page: nothing else needs it on the disk.
/// </summary>
sealed class SyncedFile(string path, SyncedFile? before = null) : FileStream(path, Options)
{
    volatile bool _dirty;

    // No buffer: what is written is at least the system's at once, so that it outlives the process.
    static FileStreamOptions Options
    {
        get
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 0,
            };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            return options;
        }
    }

    /// <summary>Whether something was written that a flush would still have to bring to the disk.</summary>
    internal bool IsDirty => _dirty;

    public override void Write(byte[] buffer, int offset, int count)
    {
        before?.Sync();
        base.Write(buffer, offset, count);
        _dirty = true;
    }

    public override void SetLength(long value)
    {
        base.SetLength(value);
        _dirty = true;
        Sync();
    }

    public override void Flush()
    {
        if (before != null)
            Sync();
    }

    void Sync()
    {
        if (!_dirty)
            return;
        base.Flush(flushToDisk: true);
        _dirty = false;
    }
}
