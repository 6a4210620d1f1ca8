namespace Gateway.Core.Storage;

/// <summary>
/// An append-only log of records in a folder of its own, with snapshots that make older records needless: what a module
/// builds acknowledged data on. The data itself is in the module's memory; the log makes it outlive the process.
/// <code>
/// await using var log = RecordLog.Open(folder, tree.Load, (position, record) =&gt; tree.Apply(record), options);
/// lock (tree)                                  // one order for memory and log
/// {
///     position = log.Append(record);           // first, as it may refuse
///     tree.Apply(record);
/// }
/// await log.WhenDurableAsync(position);        // only for those who asked for it
/// </code>
/// <para>
/// What is promised: once <see cref="WhenDurableAsync"/> has completed, the record and all before it are there after the
/// process is killed and, with <see cref="RecordLogOptions.SyncInterval"/> zero, after the machine has lost its power.
/// What nobody waits for is written within about ten milliseconds and fsynced within a second, or the interval. A clean
/// stop keeps everything. Records come back whole, in order and without a gap.
/// </para>
/// <para>
/// When the disk is full or fails, all who wait get a <see cref="LogUnavailableException"/>, and so does every append from
/// then on, before it changes anything. What had been appended already, and is in the module's memory, stays queued (at
/// most <see cref="RecordLogOptions.MaxQueuedBytes"/>) and is written, all of it and in order, as soon as that succeeds,
/// which is tried every second. So memory and log agree again by themselves; they differ only if the process ends before,
/// and then only in records that nobody was told were durable.
/// </para>
/// Thread-safe.
/// </summary>
public sealed class RecordLog : IAsyncDisposable
{
    readonly LogFolder _folder;
    readonly LogWriter _writer;
    readonly FileStream _lock;
    readonly RecordLogOptions _options;
    readonly SemaphoreSlim _snapshots = new(1);
    volatile bool _closed;

    RecordLog(LogFolder folder, LogWriter writer, FileStream @lock, RecordLogOptions options)
    {
        (_folder, _writer, _lock, _options) = (folder, writer, @lock, options);
        options.Metrics?.AddLog(this, options.Tenant, options.Module);
    }

    /// <summary>The position of the last record appended; 0 = none yet.</summary>
    public long LastPosition => _writer.Last;

    /// <summary>The position up to which all records have been fsynced.</summary>
    public long SyncedPosition => _writer.Synced;

    /// <summary>The position up to which the newest snapshot covers the records; 0 = there is none.</summary>
    public long SnapshotPosition => _folder.SnapshotPosition;

    /// <summary>The bytes of the log's files, snapshot included.</summary>
    public long StoredBytes => _folder.StoredBytes;

    /// <summary>The bytes of the records that are in memory because they are not yet on the disk.</summary>
    public long QueuedBytes => _writer.QueuedBytes;

    /// <summary>Whether the log cannot be written at present; see <see cref="Problem"/>.</summary>
    public bool IsFailed => Problem != null;

    /// <summary>Why the log cannot be written at present, for readiness and answers to clients; null while all is well.</summary>
    public string? Problem => _writer.Problem;

    /// <summary>Opens the log in a folder, which is made if it does not exist: reads the newest snapshot, then every record after it.</summary>
    /// <param name="folder">Its folder, used for nothing else.</param>
    /// <param name="readSnapshot">Takes in the content of the snapshot; not called if there is none.</param>
    /// <param name="readRecord">Takes in a record; called for each in order.</param>
    /// <param name="options">How it works.</param>
    /// <exception cref="LogInUseException">Another process has it open.</exception>
    /// <exception cref="LogDamagedException">A file is damaged; nothing has been changed.</exception>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public static RecordLog Open(string folder, Action<Stream> readSnapshot, RecordReader readRecord, RecordLogOptions options)
    {
        MakeFolder(folder, options.Files);
        var file = Lock(folder);
        try
        {
            var files = new LogFolder(folder, options.Files);
            var (segment, last, seed) = new LogRecovery(files, options.Logger).Run(readSnapshot, readRecord);
            files.DeleteUnfinished();
            files.DeleteCovered();
            return new(files, new LogWriter(files, segment, last, seed, options), file, options);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Appends a record, which is copied. Does not wait for the disk.</summary>
    /// <returns>Its position: that of the record before it, plus one.</returns>
    /// <exception cref="LogUnavailableException">The log cannot be written at present or too much is queued. Nothing was appended.</exception>
    /// <exception cref="ArgumentException">The record is larger than <see cref="RecordLogOptions.MaxQueuedBytes"/> allows.</exception>
    public long Append(ReadOnlySpan<byte> record) => _writer.Append(record);

    /// <summary>Completes once the record at a position, and all before it, are durable as <see cref="RecordLogOptions.SyncInterval"/> says.</summary>
    /// <exception cref="LogUnavailableException">
    /// The log cannot be written at present. The record stays queued: it may become durable after all.
    /// </exception>
    public ValueTask WhenDurableAsync(long position) => _writer.WhenDurableAsync(position);

    /// <summary>
    /// Completes at once while little is queued, otherwise when there is room again: what a writer awaits before it appends
    /// without waiting for durability, so that it slows down rather than be refused.
    /// </summary>
    /// <exception cref="LogUnavailableException">The log cannot be written at present.</exception>
    public ValueTask WhenRoomAsync() => _writer.WhenRoomAsync();

    /// <summary>
    /// Writes a snapshot, which then stands for all records up to a position; segments and snapshots that it makes needless
    /// are deleted. Appends go on meanwhile. Snapshots are made one after the other.
    /// </summary>
    /// <param name="position">The position of the last record that the snapshot holds, or its result.</param>
    /// <param name="write">Writes the content: the state exactly as it was at that position. The stream must not be used afterwards.</param>
    /// <param name="cancellation">Ends the wait for the log and for the snapshot before; <paramref name="write"/> heeds it itself.</param>
    /// <exception cref="IOException">It could not be written. The older snapshot and all records are still there.</exception>
    public async Task SnapshotAsync(long position, Func<Stream, Task> write, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, LastPosition);
        await _snapshots.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (position <= SnapshotPosition)
                return;
            // A snapshot must not know more than the log; and the segments so far can go as soon as one covers them.
            await _writer.RollAsync().WaitAsync(cancellation).ConfigureAwait(false);
            await Task.Run(() => _folder.CreateSnapshotAsync(position, write), cancellation).ConfigureAwait(false);
        }
        finally
        {
            _snapshots.Release();
        }
    }

    /// <summary>Writes and fsyncs what is queued, waits for a snapshot under way, and closes the log.</summary>
    public async ValueTask DisposeAsync()
    {
        _options.Metrics?.RemoveLog(this);
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _snapshots.WaitAsync().ConfigureAwait(false);
        _closed = true;
        await _lock.DisposeAsync().ConfigureAwait(false);
        _snapshots.Release();
    }

    static void MakeFolder(string folder, LogFiles files)
    {
        if (Directory.Exists(folder))
            return;
        Directory.CreateDirectory(folder);
        files.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(folder))!);
    }

    // Held by the system for as long as the process lives, whatever way it ends.
    static FileStream Lock(string folder)
    {
        string path = Path.Combine(folder, "lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (File.Exists(path) && IsLocked(e))
        {
            throw new LogInUseException(folder, e);
        }
    }

    static bool IsLocked(IOException e)
    {
        const int WouldBlock = 11;
        const int WouldBlockOnMac = 35;
        const int SharingViolation = unchecked((int)0x80070020);
        return e.HResult is WouldBlock or WouldBlockOnMac or SharingViolation;
    }
}
