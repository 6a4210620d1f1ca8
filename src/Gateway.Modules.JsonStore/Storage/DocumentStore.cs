using System.Buffers;
using System.Diagnostics;
using System.Runtime;
using Gateway.Core.Configuration;
using Gateway.Core.Diagnostics;
using Gateway.Core.Hosting;
using Gateway.Core.Storage;
using Gateway.Core.Tenants;
using Gateway.Modules.JsonStore.Patches;
using Gateway.Modules.JsonStore.Tree;
using Microsoft.Extensions.Logging;

namespace Gateway.Modules.JsonStore.Storage;

/// <summary>
/// A tenant's document: in memory as the newest <see cref="Revision"/>, on the disk as a log of changes with snapshots.
/// Reading takes no lock; changes come one after the other. Thread-safe once it is open.
/// </summary>
sealed class DocumentStore(
    JsonStoreOptions options, Tenant tenant, DataDirectory data, ConfigurationFolder folder, GatewayMetrics metrics, ILogger<DocumentStore> logger) : IAsyncDisposable
{
    // A snapshot costs about what it saves at the next start when the log has grown by half the document.
    const long LeastLogBytes = 8 << 20;

    // More than a process can have in memory without its being on the disk.
    const long NumbersOfAStart = 1_000_000_000;

    readonly Lock _gate = new();
    readonly CancellationTokenSource _stopping = new();
    RecordLog? _log;
    LogQuota? _quota;
    Revision _current = new(JsonObject.Empty, 0, 0);
    Task _snapshot = Task.CompletedTask;
    long _logBytesAtSnapshot;
    long _startPosition;
    int _snapshotting;
    int _closed;

    /// <summary>The newest revision.</summary>
    public Revision Current => Volatile.Read(ref _current);

    /// <summary>How many changes there have been since the start.</summary>
    public long Changes => Current.Position - _startPosition;

    /// <summary>Why nothing can be written at present; null while all is well.</summary>
    public string? Problem => _log?.Problem;

    /// <summary>Told of every change, after it has been applied: its path and the document before and after.</summary>
    public Action<byte[][], JsonValue, JsonValue>? Changed { private get; set; }

    RecordLog Log => _log ?? throw new InvalidOperationException("The store is not open.");

    LogQuota Quota => _quota ?? throw new InvalidOperationException("The store is not open.");

    /// <summary>Reads what is on the disk; if there is nothing yet, what is to be imported.</summary>
    /// <exception cref="IOException">A file is damaged, cannot be read, or is another process's.</exception>
    public async Task OpenAsync()
    {
        JsonValue root = JsonObject.Empty;
        long number = 0;
        bool hasChanges = false;
        _log = OpenLog(stream => (root, number) = Revision.Read(stream), Replay);
        _logBytesAtSnapshot = _log.SnapshotPosition == 0 ? 0 : root.Bytes;
        if (_log.LastPosition > 0)
            number = (number / NumbersOfAStart + 1) * NumbersOfAStart;
        await BeginAsync(number).ConfigureAwait(false);
        // An import that was interrupted has left no snapshot: it begins again.
        if (options.ImportFrom != null && _log.SnapshotPosition == 0 && !hasChanges)
            root = await ImportAsync(options.ImportFrom, number).ConfigureAwait(false);
        _current = new(root, number, _log.LastPosition);
        _startPosition = _current.Position;
        _quota = new LogQuota(_log, tenant.Storage);
        _quota.CountStored();
        SnapshotIfDue();

        void Replay(long position, ReadOnlySpan<byte> record)
        {
            var change = StoreRecord.Read(record);
            number = change.Kind == ChangeKind.Start ? change.StartNumber : number + 1;
            hasChanges |= change.Kind != ChangeKind.Start;
            root = change.Apply(root, number);
        }
    }

    // What a crash undoes may have been seen: its numbers must never be given to anything else. So the start is on the disk
    // before the first of them is. Where nothing can be written, it is the first thing to be written, before any change.
    async Task BeginAsync(long number)
    {
        try
        {
            await Log.WhenDurableAsync(Log.Append(StoreRecord.Start(number))).ConfigureAwait(false);
        }
        catch (LogUnavailableException)
        {
            // The log says so itself, and readiness does.
        }
    }

    // Nobody is served yet, and what is read stays: a collector that works beside the reading only takes its processor.
    RecordLog OpenLog(Action<Stream> readSnapshot, RecordReader readRecord)
    {
        var usual = GCSettings.LatencyMode;
        GCSettings.LatencyMode = GCLatencyMode.Batch;
        try
        {
            return RecordLog.Open(data.Folder("jsonstore"), readSnapshot, readRecord, new()
            {
                SyncInterval = options.Durability == Durability.Interval ? options.SyncInterval : TimeSpan.Zero,
                MaxQueuedBytes = (int)Math.Min(int.MaxValue / 2, Math.Max(64L << 20, 2 * options.BodyLimit)),
                Tenant = tenant.Name,
                Module = JsonStoreModule.ModuleName,
                Metrics = metrics,
                Logger = logger,
            });
        }
        finally
        {
            GCSettings.LatencyMode = usual;
        }
    }

    async Task<JsonValue> ImportAsync(string file, long number)
    {
        var root = IcepeakImport.Read(folder.Resolve(file), options, tenant.Name, logger);
        var revision = new Revision(root, number, Log.LastPosition);
        await Log.SnapshotAsync(revision.Position, revision.WriteAsync).ConfigureAwait(false);
        _logBytesAtSnapshot = root.Bytes;
        return root;
    }

    /// <summary>Applies a change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="body">What the client sent, for the log.</param>
    /// <param name="precondition">What must hold of the value at the path; null = nothing.</param>
    /// <param name="isDurable">Whether to wait until it is on the disk.</param>
    /// <exception cref="LogUnavailableException">
    /// Nothing can be written at present. If it was to be durable, the change may have been applied nevertheless, and may
    /// become durable yet.
    /// </exception>
    /// <exception cref="PatchFault">The change does not fit the document.</exception>
    /// <exception cref="JsonFault">The document would be nested too deep.</exception>
    public async ValueTask<WriteResult> WriteAsync(StoreChange change, ReadOnlyMemory<byte> body, Precondition? precondition, bool isDurable)
    {
        await Log.WhenRoomAsync().ConfigureAwait(false);
        var result = Publish(change, body.Span, precondition);
        if (isDurable && result.Outcome == WriteOutcome.Applied)
            await Log.WhenDurableAsync(result.Position).ConfigureAwait(false);
        return result;
    }

    /// <summary>Writes everything that is still in memory, and closes the log.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _snapshot.ConfigureAwait(false);
        if (_log != null)
            await _log.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    WriteResult Publish(StoreChange change, ReadOnlySpan<byte> body, Precondition? precondition)
    {
        using var span = GatewayTraces.Start("publish", ActivityKind.Producer, tenant, JsonStoreModule.ModuleName);
        return Write(change, body, precondition);
    }

    WriteResult Write(StoreChange change, ReadOnlySpan<byte> body, Precondition? precondition)
    {
        byte[] record = StoreRecord.Rent(change.Kind, change.Path, body, out int length);
        try
        {
            Revision before, after;
            lock (_gate)
            {
                before = _current;
                if (precondition != null)
                {
                    var value = before.Get(change.Path, out long changed);
                    if (!precondition.Matches(value, changed) || !precondition.MatchesNone(value, changed))
                        return new(WriteOutcome.PreconditionFailed, 0, null);
                }
                after = Apply(before, change, record.AsSpan(0, length));
                Volatile.Write(ref _current, after);
            }
            if (after != before)
            {
                Changed?.Invoke(change.Path, before.Root, after.Root);
                SnapshotIfDue();
            }
            // A change that changes nothing waits for the one that it repeats.
            return new(WriteOutcome.Applied, after.Position, after.Get(change.Path, out long revision) == null ? null : revision);
        }
        catch (StorageLimitReachedException)
        {
            // What was overwritten takes room as well, until there is a snapshot.
            if (Log.StoredBytes > _logBytesAtSnapshot)
                StartSnapshot();
            return new(WriteOutcome.StorageFull, 0, null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(record);
        }
    }

    // Under the lock.
    Revision Apply(Revision before, StoreChange change, ReadOnlySpan<byte> record)
    {
        long number = before.Number + 1;
        var root = change.Apply(before.Root, number);
        if (ReferenceEquals(root, before.Root))
            return before;
        if (root.Height > options.MaxDepth && root.Height > before.Root.Height)
            throw JsonFault.TooDeep(options.MaxDepth);
        // Who is at the limit may still delete.
        if (change.Kind == ChangeKind.Delete)
            Quota.Append(record);
        else if (!Quota.TryAppend(record))
            throw new StorageLimitReachedException();
        return new(root, number, before.Position + 1);
    }

    bool IsSnapshotDue => Log.StoredBytes - _logBytesAtSnapshot - _current.Root.Bytes / 2 >= LeastLogBytes;

    void SnapshotIfDue()
    {
        if (IsSnapshotDue)
            StartSnapshot();
    }

    void StartSnapshot()
    {
        if (Interlocked.Exchange(ref _snapshotting, 1) == 0)
            _snapshot = Task.Run(SnapshotAsync);
    }

    async Task SnapshotAsync()
    {
        try
        {
            Revision revision;
            do
            {
                revision = Current;
                await Log.SnapshotAsync(revision.Position, revision.WriteAsync, _stopping.Token).ConfigureAwait(false);
                _logBytesAtSnapshot = revision.Root.Bytes;
            }
            // What was written meanwhile lies beside it, and may be enough for the next one.
            while (IsSnapshotDue && Current.Position > revision.Position);
        }
        catch (OperationCanceledException)
        {
            // The log keeps what the snapshot would have.
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // A log that cannot be written fails here as well, and says so itself. It is tried again when there is more.
            _logBytesAtSnapshot = Log.StoredBytes;
            JsonStoreLog.SnapshotFailed(logger, e.Message, tenant.Name);
        }
        finally
        {
            lock (_gate)
                Quota.CountStored();
            Volatile.Write(ref _snapshotting, 0);
        }
    }
}
