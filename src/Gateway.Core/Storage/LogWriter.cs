using System.Runtime.InteropServices;
using Gateway.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Storage;

/// <summary>
/// One thread that writes what was appended, in order, and syncs it. What waits when a round begins is written at once and
/// synced once, for all who wait. Each record stays in memory until it is known to be on the disk: after a failed write or
/// fsync nothing is known of what was written since the last good one, so all of that is written anew, into a segment of
/// its own, again and again until it succeeds.
/// </summary>
sealed partial class LogWriter
{
    // Records that nobody waits for are gathered for so long, so that a slow trickle does not cost a write each.
    const int GatherMilliseconds = 10;
    const int GatherBytes = 64 << 10;
    const int UsualSyncMilliseconds = 1000;
    const int StackBytes = 256 << 10;

    readonly object _lock = new();
    readonly LogFolder _folder;
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
    long _taken;
    TaskCompletionSource? _rollWanted;
    TaskCompletionSource? _rolling;
    bool _stopping;
    LogUnavailableException? _failure;
    long _retryAt;
    bool _gaveUp;
    TaskCompletionSource? _room;

    // The thread's own: what was taken from the queue and is not known to be on the disk; the first of it has been written.
    readonly List<RecordBatch> _unsynced = [];
    int _unsyncedWritten;
    long _unsyncedBytes;
    Segment _segment;

    public LogWriter(LogFolder folder, Segment segment, long last, uint seed, RecordLogOptions options)
    {
        (_folder, _segment, _seed, _options, _logger) = (folder, segment, seed, options, options.Logger);
        _last = _taken = last;
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
    public Task StopAsync()
    {
        lock (_lock)
        {
            _stopping = true;
            Monitor.Pulse(_lock);
        }
        return _ended.Task;
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
            foreach (var batch in _unsynced)
                batch.Release();
            _segment.Dispose();
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
        bool isAnything = _queue.Count > 0 || _unsynced.Count > 0;
        if (_synced.HasWaiting || (isAnything && (_stopping || _unsyncedBytes >= _options.MaxQueuedBytes / 4 || IsDue(_unsyncedSince, _syncMilliseconds, now))))
            return RoundKind.Sync;
        bool isGathered = _queuedBytes - _unsyncedBytes >= GatherBytes || IsDue(_queuedSince, GatherMilliseconds, now);
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
            _metrics?.AddLogged(_last - _taken);
        _taken = _last;
        foreach (var batch in _queue)
            _unsyncedBytes += batch.Length;
        _unsynced.AddRange(_queue);
        if (_queue.Count > 0 && _unsyncedSince == 0)
            _unsyncedSince = Environment.TickCount64;
        _queue.Clear();
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
        int known = _unsynced.Count == 0 ? 0 : Math.Max(1, _unsyncedWritten);
        while (_unsyncedWritten < _unsynced.Count)
            WriteSome();
        if (kind == RoundKind.Write)
            Join(known);
        else
            Sync();
        if (kind == RoundKind.Roll)
            Roll();
    }

    // Writes as much as the segment may take.
    void WriteSome()
    {
        if (_segment.Length >= _options.SegmentBytes && !_segment.IsEmpty)
        {
            Sync();
            BeginSegment();
        }
        int end = _unsyncedWritten;
        for (long length = _segment.Length; end < _unsynced.Count && length < _options.SegmentBytes; end++)
            length += _unsynced[end].Length;
        end = Math.Max(end, _unsyncedWritten + 1);
        _segment.Write(_unsynced[_unsyncedWritten..end]);
        _folder.CountSegment(_segment.First, _segment.Length);
        _unsyncedWritten = end;
        lock (_lock)
            Report(_written.Complete(_unsynced[end - 1].Last), isAnswer: !_waitForSync);
    }

    // A trickle of small batches would otherwise hold a whole buffer each until the next fsync.
    void Join(int from)
    {
        for (int i = _unsynced.Count - 1; i >= from; i--)
        {
            if (_unsynced[i - 1].TryJoin(_unsynced[i]))
                _unsynced.RemoveAt(i);
        }
        _unsyncedWritten = _unsynced.Count;
    }

    void Sync()
    {
        if (_unsyncedWritten > 0)
        {
            _segment.Sync();
            _metrics?.AddSync();
        }
        ReleaseSynced(_unsyncedWritten);
    }

    // The first batches are on the disk.
    void ReleaseSynced(int count)
    {
        long bytes = 0;
        long last = _unsynced.Count > 0 && count > 0 ? _unsynced[count - 1].Last : _synced.Done;
        foreach (var batch in _unsynced[..count])
        {
            bytes += batch.Length;
            batch.Release();
        }
        _unsynced.RemoveRange(0, count);
        _unsyncedWritten -= count;
        lock (_lock)
        {
            _unsyncedBytes -= bytes;
            _unsyncedSince = _unsynced.Count == 0 ? 0 : Environment.TickCount64;
            Interlocked.Add(ref _queuedBytes, -bytes);
            Report(_synced.Complete(last), isAnswer: _waitForSync);
            if (_queuedBytes <= _options.MaxQueuedBytes / 2)
                TakeTask(ref _room)?.SetResult();
        }
    }

    void Roll()
    {
        if (!_segment.IsEmpty)
            BeginSegment();
        lock (_lock)
            TakeTask(ref _rolling)?.SetResult();
    }

    void BeginSegment()
    {
        var next = _folder.CreateSegment(_synced.Done + 1, _seed, []);
        _segment.Dispose();
        _segment = next;
    }

    void Repair()
    {
        var old = _segment;
        _segment = _folder.CreateSegment(_synced.Done + 1, _seed, _unsynced);
        if (old.First != _segment.First)
            Shorten(old);
        old.Dispose();
        _unsyncedWritten = _unsynced.Count;
        int records = (int)((_unsynced.Count == 0 ? _synced.Done : _unsynced[^1].Last) - _synced.Done);
        ReleaseSynced(_unsynced.Count);
        lock (_lock)
        {
            _written.Complete(_synced.Done);
            _failure = null;
        }
        LogRepaired(_options.Tenant, _options.Module, records);
    }

    // What is cut lies in the new segment, and would be ignored here.
    void Shorten(Segment segment)
    {
        try
        {
            segment.CutUnsynced();
            _folder.CountSegment(segment.First, segment.Length);
        }
        catch (IOException)
        {
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
    partial void LogRepaired(string tenant, string module, int records);

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
