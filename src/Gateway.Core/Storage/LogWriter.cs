using System.Runtime.InteropServices;
using Gateway.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Storage;

/// <summary>
/// The order of appends, those who wait for them, and the one thread that writes: what waits when a round begins is
/// written at once and synced once, for all who wait. After a failure appends are refused while everything that is not
/// known to be on the disk is written anew, again and again until that succeeds.
/// </summary>
sealed partial class LogWriter : IAsyncDisposable
{
    // Records that nobody waits for are gathered for so long, so that a slow trickle does not cost a write each.
    const int GatherMilliseconds = 10;
    const int GatherBytes = 64 << 10;
    const int UsualSyncMilliseconds = 1000;
    const int StackBytes = 256 << 10;

    readonly object _lock = new();
    readonly SegmentWriter _disk;
    readonly RecordLogOptions _options;
    readonly ModuleMetrics? _metrics;
    readonly ILogger _logger;
    readonly uint _seed;
    readonly int _syncMilliseconds;
    readonly bool _waitForSync;
    readonly Thread _thread;
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guarded by the lock.
    readonly CommitGate _written;
    readonly CommitGate _synced;
    readonly List<RecordBatch> _queue = [];
    long _queuedBytes;
    long _queuedSince;
    long _unsyncedSince;
    long _last;
    TaskCompletionSource? _rollWanted;
    TaskCompletionSource? _rolling;
    bool _stopping;
    LogUnavailableException? _failure;
    long _retryAt;
    bool _gaveUp;
    TaskCompletionSource? _room;

    public LogWriter(LogFolder folder, Segment segment, long last, uint seed, RecordLogOptions options)
    {
        _disk = new SegmentWriter(folder, segment, last, seed, options.SegmentBytes, OnWritten, OnSynced);
        (_seed, _options, _logger) = (seed, options, options.Logger);
        _last = last;
        _metrics = options.Metrics?.For(options.Tenant, options.Module);
        (_written, _synced) = (new(last), new(last));
        _waitForSync = options.SyncInterval <= TimeSpan.Zero;
        _syncMilliseconds = _waitForSync ? UsualSyncMilliseconds : (int)Math.Min(int.MaxValue, Math.Ceiling(options.SyncInterval.TotalMilliseconds));
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = $"log {options.Tenant}/{options.Module}" };
        _thread.Start();
    }

    public long Last => Interlocked.Read(ref _last);

    public long Synced
    {
        get
        {
            lock (_lock)
                return _synced.Done;
        }
    }

    public string? Problem
    {
        get
        {
            lock (_lock)
                return _failure?.Message;
        }
    }

    public long QueuedBytes => Interlocked.Read(ref _queuedBytes);

    public long Append(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > _options.MaxQueuedBytes - RecordFrame.HeadBytes)
            throw new ArgumentException($"A record may have {_options.MaxQueuedBytes - RecordFrame.HeadBytes} bytes; this one has {payload.Length}.", nameof(payload));
        int size = RecordFrame.HeadBytes + payload.Length;
        uint checksum = Crc32C.Of(payload, _seed);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopping, typeof(RecordLog));
            if (_failure != null)
                throw Again(_failure);
            if (_queuedBytes + size > _options.MaxQueuedBytes)
                throw new LogUnavailableException($"More than {_options.MaxQueuedBytes} bytes would wait to be written.");
            RecordBatch.WithRoom(_queue, size).Add(_last + 1, payload, checksum, _seed);
            Interlocked.Add(ref _queuedBytes, size);
            if (_queuedSince == 0)
            {
                _queuedSince = Environment.TickCount64;
                Monitor.Pulse(_lock);
            }
            return Interlocked.Increment(ref _last);
        }
    }

    /// <summary>Completes once a record is as durable as the options say.</summary>
    public ValueTask WhenDurableAsync(long position) => WaitFor(_waitForSync ? _synced : _written, position);

    /// <summary>Completes once there is room again for at least half of what may be queued.</summary>
    public ValueTask WhenRoomAsync()
    {
        lock (_lock)
        {
            if (_failure != null)
                return ValueTask.FromException(Again(_failure));
            if (_queuedBytes <= _options.MaxQueuedBytes / 2)
                return ValueTask.CompletedTask;
            _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(_room.Task);
        }
    }

    /// <summary>
    /// Completes once everything appended so far has been fsynced, whatever the options say, and what comes next will lie in
    /// a new segment, so that those before can be deleted some day.
    /// </summary>
    public Task RollAsync()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopping, typeof(RecordLog));
            if (_failure != null)
                throw Again(_failure);
            _rollWanted ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            Monitor.Pulse(_lock);
            return _rollWanted.Task;
        }
    }

    /// <summary>Writes and syncs what is queued, and ends.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _stopping = true;
            Monitor.Pulse(_lock);
        }
        return new(_ended.Task);
    }

    ValueTask WaitFor(CommitGate gate, long position)
    {
        lock (_lock)
        {
            if (position <= gate.Done)
                return ValueTask.CompletedTask;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(position, _last);
            if (_failure != null)
                return ValueTask.FromException(Again(_failure));
            bool first = !gate.HasWaiting;
            var done = gate.WaitFor(position);
            if (first && gate.HasWaiting)
                Monitor.Pulse(_lock);
            return new(done);
        }
    }

    // Each one who is told gets an exception of its own: a shared one would gather their stack traces.
    static LogUnavailableException Again(LogUnavailableException failure) => new(failure.Message, failure.InnerException);

    void Run()
    {
        try
        {
            while (NextRound() is { } round)
                Do(round);
        }
        finally
        {
            _disk.Dispose();
            _ended.SetResult();
        }
    }

    Round? NextRound()
    {
        lock (_lock)
        {
            while (true)
            {
                long now = Environment.TickCount64;
                if (_failure != null)
                {
                    if (_gaveUp)
                        return null;
                    if (_stopping || now >= _retryAt)
                        return new Round(RoundKind.Repair, _stopping);
                }
                else if (NeededRound(now) is { } kind)
                {
                    Take(sync: kind != RoundKind.Write);
                    return new Round(kind, _stopping);
                }
                else if (_stopping)
                {
                    return null;
                }
                Monitor.Wait(_lock, WaitLimit(now));
            }
        }
    }

    RoundKind? NeededRound(long now)
    {
        if (_rollWanted != null)
            return RoundKind.Roll;
        bool isAnything = _queue.Count > 0 || !_disk.IsSynced;
        if (_synced.HasWaiting || (isAnything && (_stopping || _disk.UnsyncedBytes >= _options.MaxQueuedBytes / 4 || IsDue(_unsyncedSince, _syncMilliseconds, now))))
            return RoundKind.Sync;
        bool isGathered = _queuedBytes - _disk.UnsyncedBytes >= GatherBytes || IsDue(_queuedSince, GatherMilliseconds, now);
        return _queue.Count > 0 && (_written.HasWaiting || isGathered) ? RoundKind.Write : null;
    }

    static bool IsDue(long since, int milliseconds, long now) => since != 0 && now - since >= milliseconds;

    int WaitLimit(long now)
    {
        if (_failure != null)
            return (int)Math.Max(1, _retryAt - now);
        long next = Math.Min(
            _queuedSince == 0 ? long.MaxValue : _queuedSince + GatherMilliseconds,
            _unsyncedSince == 0 ? long.MaxValue : _unsyncedSince + _syncMilliseconds);
        return next == long.MaxValue ? Timeout.Infinite : (int)Math.Clamp(next - now, 1, int.MaxValue);
    }

    void Take(bool sync)
    {
        if (_queue.Count > 0)
        {
            _metrics?.AddLogged(_last - _disk.Last);
            _disk.Take(_queue);
            _queue.Clear();
            if (_unsyncedSince == 0)
                _unsyncedSince = Environment.TickCount64;
        }
        _queuedSince = 0;
        (_rolling, _rollWanted) = (_rollWanted, null);
        _written.Begin(_last);
        if (sync)
            _synced.Begin(_last);
    }

    void Do(Round round)
    {
        try
        {
            if (round.Kind == RoundKind.Repair)
                Repair();
            else
                Carry(round.Kind);
        }
        catch (Exception cause)
        {
            Fail(cause, round);
        }
    }

    void Carry(RoundKind kind)
    {
        _disk.Write();
        if (kind == RoundKind.Write)
            _disk.Join();
        else
            _disk.Sync();
        if (kind == RoundKind.Roll)
            Roll();
    }

    void Roll()
    {
        _disk.BeginSegment();
        lock (_lock)
            TakeTask(ref _rolling)?.SetResult();
    }

    void Repair()
    {
        long before = Synced;
        _disk.Repair();
        lock (_lock)
            _failure = null;
        LogRepaired(_options.Tenant, _options.Module, Synced - before);
    }

    void OnWritten(long position)
    {
        lock (_lock)
            Report(_written.Complete(position), isAnswer: !_waitForSync);
    }

    void OnSynced(long position, long freedBytes)
    {
        if (freedBytes > 0)
            _metrics?.AddSync();
        lock (_lock)
        {
            _unsyncedSince = _disk.IsSynced ? 0 : Environment.TickCount64;
            Interlocked.Add(ref _queuedBytes, -freedBytes);
            Report(_synced.Complete(position), isAnswer: _waitForSync);
            if (_queuedBytes <= _options.MaxQueuedBytes / 2)
                TakeTask(ref _room)?.SetResult();
        }
    }

    void Fail(Exception cause, Round round)
    {
        var failure = new LogUnavailableException($"The log cannot be written: {Reason(cause)}. It is tried again and again.", cause);
        lock (_lock)
        {
            bool isNew = _failure == null;
            _failure = failure;
            _retryAt = Environment.TickCount64 + (long)_options.RetryInterval.TotalMilliseconds;
            _written.Fail(failure);
            _synced.Fail(failure);
            TakeTask(ref _room)?.SetException(failure);
            TakeTask(ref _rolling)?.SetException(failure);
            TakeTask(ref _rollWanted)?.SetException(failure);
            _gaveUp = round.Kind == RoundKind.Repair && round.WasStopping;
            if (isNew)
                LogFailed(_options.Tenant, _options.Module, cause);
            if (_gaveUp)
                LogLost(_options.Tenant, _options.Module, _last - _synced.Done, cause);
        }
    }

    static TaskCompletionSource? TakeTask(ref TaskCompletionSource? field)
    {
        var task = field;
        field = null;
        return task;
    }

    void Report(TimeSpan? waited, bool isAnswer)
    {
        if (isAnswer && waited is { } latency)
            _metrics?.RecordCommit(latency);
    }

    // The system's own words without the path that .NET adds: they may be shown to clients.
    static string Reason(Exception cause) => cause is IOException { HResult: > 0 and < 4096 }
        ? Marshal.GetPInvokeErrorMessage(cause.HResult)
        : cause.GetType().Name;

    [LoggerMessage(1602, LogLevel.Error, "{Tenant}/{Module}: the log cannot be written; appends are refused until it can be", EventName = "LogFailed")]
    partial void LogFailed(string tenant, string module, Exception cause);

    [LoggerMessage(1603, LogLevel.Information, "{Tenant}/{Module}: the log is written again; {Records} records that had waited are on the disk", EventName = "LogRepaired")]
    partial void LogRepaired(string tenant, string module, long records);

    [LoggerMessage(1604, LogLevel.Critical, "{Tenant}/{Module}: the log could not be written to the end; its last {Records} records are lost", EventName = "LogLost")]
    partial void LogLost(string tenant, string module, long records, Exception cause);

    enum RoundKind
    {
        Write,
        Sync,
        Roll,
        Repair,
    }

    readonly record struct Round(RoundKind Kind, bool WasStopping);
}
