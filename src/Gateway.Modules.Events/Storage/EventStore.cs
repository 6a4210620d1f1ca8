using Gateway.Core.Diagnostics;
using Gateway.Core.Hosting;
using Gateway.Core.Storage;
using Gateway.Core.Tenants;
using Gateway.Modules.Events.Streaming;
using Microsoft.Extensions.Logging;

namespace Gateway.Modules.Events.Storage;

/// <summary>
/// A tenant's events: in memory with indexes, on the disk as a log of changes with snapshots. Whatever is returned as done is
/// on the disk. Thread-safe once it is open.
/// </summary>
sealed class EventStore(
    EventsOptions options, Tenant tenant, DataDirectory data, GatewayMetrics metrics, TimeProvider time, ILogger<EventStore> logger) : IAsyncDisposable
{
    // A snapshot costs about what it saves at the next start when the log has doubled.
    const long LeastLogBytes = 16 << 20;

    const int LeastMaxRecordBytes = 64 << 20;
    const int MostMaxRecordBytes = 512 << 20;

    // In ASCII a byte of a body can become six.
    const int MaxGrowth = 6;

    readonly Lock _gate = new();
    readonly EventState _state = new(options);
    readonly CancellationTokenSource _stopping = new();
    RecordLog? _log;
    LogQuota? _quota;
    Task _snapshot = Task.CompletedTask;
    long _bytesAtSnapshot;
    int _snapshotting;
    int _closed;

    /// <summary>Why nothing can be written at present; null while all is well.</summary>
    public string? Problem => _log?.Problem;

    /// <summary>A random number of this history of events.</summary>
    public uint Epoch => _state.Epoch;

    /// <summary>Called when something is due earlier than before, by an event that has been added or put forward.</summary>
    public Action? Scheduled { private get; set; }

    int MaxRecordBytes { get; } = (int)Math.Clamp(MaxGrowth * Math.Min(options.MaxBodyBytes, MostMaxRecordBytes), LeastMaxRecordBytes, MostMaxRecordBytes);

    RecordLog Log => _log ?? throw new InvalidOperationException("The store is not open.");

    LogQuota Quota => _quota ?? throw new InvalidOperationException("The store is not open.");

    /// <summary>Reads what is on the disk.</summary>
    /// <exception cref="IOException">A file is damaged, cannot be read, or is another process's.</exception>
    public void Open()
    {
        _log = RecordLog.Open(data.Folder("events"), stream => EventSnapshot.Read(stream, _state), (_, record) => EventLogRecord.Apply(record, _state), new()
        {
            MaxQueuedBytes = 2 * MaxRecordBytes,
            Tenant = tenant.Name,
            Module = EventsModule.ModuleName,
            Metrics = metrics,
            Logger = logger,
        });
        if (_state.Epoch == 0)
        {
            _state.Epoch = (uint)Random.Shared.NextInt64(1, uint.MaxValue);
            _log.Append(EventLogRecord.OfEpoch(_state.Epoch));
        }
        _bytesAtSnapshot = _log.SnapshotPosition == 0 ? 0 : _log.StoredBytes / 2;
        _quota = new LogQuota(_log, tenant.Storage);
        _quota.CountStored();
    }

    /// <summary>Adds events, all or none.</summary>
    /// <param name="events">The events.</param>
    /// <param name="user">Whose they are.</param>
    /// <param name="key">With a key, an only event is added once however often it is sent; null = without.</param>
    /// <exception cref="LogUnavailableException">Nothing can be written at present.</exception>
    public async ValueTask<(ChangeOutcome Outcome, IReadOnlyList<EventRecord> Records)> InsertAsync(IReadOnlyList<NewEvent> events, Guid user, InsertKey? key)
    {
        await Log.WhenRoomAsync().ConfigureAwait(false);
        List<EventRecord> records = [];
        long? dueBefore;
        long position;
        lock (_gate)
        {
            dueBefore = _state.Due.Next;
            if (key is { } used && _state.TryFind(used, out var earlier))
            {
                if (earlier.Key!.Value.Content != used.Content)
                    return (ChangeOutcome.KeyReused, []);
                records.Add(earlier);
            }
            else if (Insert(events, user, key, records) is not ChangeOutcome.Done and var refusal)
            {
                return (refusal, []);
            }
            position = Log.LastPosition;
        }
        if (records.Exists(record => IsEarlier(record.Timestamp, dueBefore)))
            Scheduled?.Invoke();
        await CommitAsync(position).ConfigureAwait(false);
        return (ChangeOutcome.Done, records);
    }

    /// <summary>Cancels an event; one that has fired is only marked.</summary>
    /// <exception cref="LogUnavailableException">Nothing can be written at present.</exception>
    public ValueTask<(ChangeOutcome Outcome, EventRecord? Record)> CancelAsync(Guid id, Guid? user) => ChangeAsync(id, user, record =>
    {
        if (record.Cancelled)
            return ChangeOutcome.Done;
        long now = Now;
        Log.Append(EventLogRecord.OfCancel(record, now));
        _state.Cancel(record, now);
        Trim(record.CollectionId);
        return ChangeOutcome.Done;
    });

    /// <summary>Gives an event that is still to come another time.</summary>
    /// <exception cref="LogUnavailableException">Nothing can be written at present.</exception>
    public ValueTask<(ChangeOutcome Outcome, EventRecord? Record)> RescheduleAsync(Guid id, Guid? user, long timestamp) =>
        ChangeAsync(id, user, record =>
        {
            if (!record.IsPending)
                return ChangeOutcome.NotPending;
            long? dueBefore = _state.Due.Next;
            Log.Append(EventLogRecord.OfReschedule(record, timestamp));
            _state.Reschedule(record, timestamp);
            if (IsEarlier(timestamp, dueBefore))
                Scheduled?.Invoke();
            return ChangeOutcome.Done;
        });

    /// <summary>When the next event fires; null = there is none.</summary>
    public long? NextDue
    {
        get
        {
            lock (_gate)
                return _state.Due.Next;
        }
    }

    /// <summary>Lets what is due fire, in the order of time, at most so many. It is not on the disk yet.</summary>
    /// <exception cref="LogUnavailableException">Nothing can be written at present, and nothing has fired.</exception>
    public IReadOnlyList<EventRecord> FireDue(long now, int limit)
    {
        lock (_gate)
        {
            var due = _state.Due.Take(now, limit);
            if (due.Count == 0)
                return due;
            var firings = due.ConvertAll(record => new Firing(record, NextOf(record, now)));
            try
            {
                Log.Append(EventLogRecord.OfFire(firings, now));
            }
            catch (LogUnavailableException)
            {
                due.ForEach(_state.Due.Add);
                throw;
            }
            firings.ForEach(firing => _state.Fire(firing, now));
            foreach (var collection in due.Select(record => record.CollectionId).Distinct())
                Trim(collection);
            return due;
        }
    }

    /// <summary>Completes once everything until now is on the disk.</summary>
    /// <exception cref="LogUnavailableException">Nothing can be written at present.</exception>
    public ValueTask WhenDurableAsync() => Log.WhenDurableAsync(Log.LastPosition);

    /// <summary>Removes what is older than is kept.</summary>
    public void RemoveOld()
    {
        lock (_gate)
            Remove(_state.Retention.FindExcess(Now));
    }

    /// <summary>The last place in the order of what has fired.</summary>
    public long LastFired
    {
        get
        {
            lock (_gate)
                return _state.History.Last;
        }
    }

    /// <summary>What a newcomer gets of what passes a filter, in the order in which it fired, up to a place in it.</summary>
    public IReadOnlyList<EventRecord> Latest(StreamFilter filter, SyncMode sync, long upTo)
    {
        EventRecord[] latest;
        lock (_gate)
        {
            latest = sync switch
            {
                SyncMode.Latest => [.. _state.Latest(filter)],
                SyncMode.Collections => [.. _state.LatestOfCollections(filter)],
                _ => [],
            };
        }
        return [.. latest.Where(record => record.Fired <= upTo).OrderBy(record => record.Fired)];
    }

    /// <summary>A part of what has fired behind a place; see <see cref="FiredHistory.Page"/>.</summary>
    /// <param name="after">The place.</param>
    /// <param name="upTo">The last place to look at.</param>
    /// <param name="complete">Of these collections nothing may be missing; of all if there are none; null = something may be.</param>
    /// <param name="page">Takes what there is.</param>
    /// <returns>The last place that was looked at; null if something that fired behind the place is no longer kept.</returns>
    public long? History(long after, long upTo, IReadOnlyCollection<Guid>? complete, List<EventRecord> page)
    {
        lock (_gate)
            return complete != null && _state.History.LacksAfter(after, complete) ? null : _state.History.Page(after, upTo, page);
    }

    /// <summary>Whether something that fired behind a place is no longer kept.</summary>
    public bool LacksAfter(long place, IReadOnlyCollection<Guid> collections)
    {
        lock (_gate)
            return _state.History.LacksAfter(place, collections);
    }

    /// <summary>A page of a collection in the order of time; null if there is no event to go on after.</summary>
    public EventPage? OfCollection(Guid collection, ListRange range) => Page(_state.Collections, collection, range);

    /// <summary>A page of a user's events in the order of time; null if there is no event to go on after.</summary>
    public EventPage? OfUser(Guid user, ListRange range) => Page(_state.Users, user, range);

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

    long Now => time.GetUtcNow().ToUnixTimeSeconds();

    EventPage? Page(EventLists lists, Guid owner, ListRange range)
    {
        lock (_gate)
        {
            EventRecord? last = null;
            return range.After is { } id && !_state.TryFind(id, out last) ? null : lists.Page(owner, last, range);
        }
    }

    // Under the lock.
    ChangeOutcome Insert(IReadOnlyList<NewEvent> events, Guid user, InsertKey? key, List<EventRecord> records)
    {
        foreach (var added in events)
            records.Add(Create(added, user, key, _state.LastNumber + records.Count + 1));
        byte[] inserted = EventLogRecord.OfInsert(records);
        if (inserted.Length > MaxRecordBytes)
            return ChangeOutcome.TooLarge;
        if (!Quota.TryAppend(inserted))
            return ChangeOutcome.StorageFull;
        records.ForEach(_state.Insert);
        return ChangeOutcome.Done;
    }

    static bool IsEarlier(long timestamp, long? due) => due == null || timestamp < due;

    static Occurrence? NextOf(EventRecord record, long now) =>
        record.Series?.Repetition.Next(record.Timestamp, now) is { } next ? new(Guid.NewGuid(), next) : null;

    static EventRecord Create(NewEvent added, Guid user, InsertKey? key, long number)
    {
        var id = Guid.NewGuid();
        return new()
        {
            Number = number,
            Id = id,
            UserId = user,
            CollectionId = added.CollectionId,
            Name = added.Name,
            Timestamp = added.Timestamp,
            Data = added.Data,
            Key = key,
            Series = added.Repetition is { } repetition ? new(id, repetition) : null,
        };
    }

    // A change that changes nothing waits for the one that it repeats.
    async ValueTask<(ChangeOutcome, EventRecord?)> ChangeAsync(Guid id, Guid? user, Func<EventRecord, ChangeOutcome> change)
    {
        EventRecord? record;
        ChangeOutcome outcome;
        long position;
        lock (_gate)
        {
            if (!_state.TryFind(id, out record))
                return (ChangeOutcome.NotFound, null);
            if (user != null && record.UserId != user)
                return (ChangeOutcome.NotOwner, null);
            outcome = change(record);
            position = Log.LastPosition;
        }
        await CommitAsync(position).ConfigureAwait(false);
        return (outcome, record);
    }

    async ValueTask CommitAsync(long position)
    {
        SnapshotIfDue();
        await Log.WhenDurableAsync(position).ConfigureAwait(false);
    }

    // Under the lock.
    void Trim(Guid collection) => Remove(_state.Retention.FindExcess(collection, Now));

    // Under the lock. What cannot be removed now will be when more is.
    void Remove(List<EventRecord> excess)
    {
        if (excess.Count == 0 || Log.IsFailed)
            return;
        try
        {
            Log.Append(EventLogRecord.OfRemove(excess));
        }
        catch (LogUnavailableException)
        {
            return;
        }
        excess.ForEach(_state.Remove);
    }

    void SnapshotIfDue()
    {
        if (Log.StoredBytes < LeastLogBytes + 2 * Volatile.Read(ref _bytesAtSnapshot) || Interlocked.Exchange(ref _snapshotting, 1) != 0)
            return;
        _snapshot = Task.Run(SnapshotAsync);
    }

    // A log that cannot be written fails here as well; it says so itself, and the next change tries again.
    async Task SnapshotAsync()
    {
        try
        {
            EventSnapshot snapshot;
            long position;
            lock (_gate)
                (snapshot, position) = (new EventSnapshot(_state), Log.LastPosition);
            await Log.SnapshotAsync(position, Written, _stopping.Token).ConfigureAwait(false);

            Task Written(Stream stream)
            {
                snapshot.Write(stream);
                return Task.CompletedTask;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            EventsLog.SnapshotFailed(logger, e.Message, tenant.Name);
        }
        finally
        {
            Volatile.Write(ref _bytesAtSnapshot, Log.StoredBytes);
            lock (_gate)
                Quota.CountStored();
            Volatile.Write(ref _snapshotting, 0);
        }
    }
}
