using Gateway.Core.Connections;
using Gateway.Core.Topics;
using Gateway.Modules.Events.Storage;

namespace Gateway.Modules.Events.Streaming;

/// <summary>
/// Gives what has fired to the streams that are to hold it: one topic for each filter in use, found by what the event has
/// rather than by asking each filter, and one frame for all. A stream for which much waits is sent away, to go on from the
/// history at its own pace. Thread-safe.
/// </summary>
sealed class Broadcaster(TopicHub<EventsModule> hub, EventStore store, EventsOptions options)
{
    /// <summary>How many events a stream that joins may lack: they are queued at once.</summary>
    public const int MaxMissed = 256;

    readonly Lock _gate = new();
    readonly FilterIndex _filters = new();
    readonly HashSet<StreamMember> _members = [];

    // By place; who waits for the same shares one, so that those who have gone since leave nothing behind.
    readonly SortedDictionary<long, TaskCompletionSource> _waiting = [];

    // A queue holds at most what it held when it was looked at last, and what has been published since.
    readonly long _mayWait = Cap(options) / 4;
    readonly long _lookAfter = Cap(options) / 8;
    long _publishedSinceLook;
    long _last;
    long _lastCheckpoint;
    bool _isStopped;

    /// <summary>The place of the last event that streams have been given.</summary>
    public long Last => Interlocked.Read(ref _last);

    /// <summary>What had fired before the start is history.</summary>
    public void Start(long last) => Interlocked.Exchange(ref _last, last);

    /// <summary>Streams are given nothing more.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            ReleaseWaiting(long.MaxValue);
        }
    }

    /// <summary>Completes once streams have been given all up to a place, or are given nothing more.</summary>
    public Task WhenGivenAsync(long place)
    {
        lock (_gate)
        {
            if (place <= _last || _isStopped)
                return Task.CompletedTask;
            if (!_waiting.TryGetValue(place, out var given))
                _waiting.Add(place, given = new(TaskCreationOptions.RunContinuationsAsynchronously));
            return given.Task;
        }
    }

    /// <summary>Gives events that have fired to the streams.</summary>
    public async ValueTask PublishAsync(IReadOnlyList<EventRecord> fired)
    {
        foreach (var record in fired)
            await Publish(record).ConfigureAwait(false);
    }

    /// <summary>Tells the streams that ask for it how far they have come, if something has fired since they were told last.</summary>
    public async ValueTask SendCheckpointsAsync() => await PublishCheckpoints().ConfigureAwait(false);

    /// <summary>
    /// Lets a stream join behind a place, after it has been sent what fired between that place and now; there is neither a gap
    /// nor a repeat between them.
    /// </summary>
    /// <param name="filter">What it is to hold.</param>
    /// <param name="client">Its client.</param>
    /// <param name="place">Where it is; when this returns, where it has come to.</param>
    /// <param name="complete">As of <see cref="EventStore.History"/>.</param>
    /// <param name="member">Its place among the others if it has joined.</param>
    public JoinOutcome Join(StreamFilter filter, ClientConnection client, ref long place, IReadOnlyCollection<Guid>? complete, out StreamMember? member)
    {
        member = null;
        var frames = new SseFrames(store.Epoch);
        lock (_gate)
        {
            if (_last - place > MaxMissed)
                return JoinOutcome.Behind;
            var missed = new List<EventRecord>();
            if (_last > place && store.History(place, _last, complete, missed) == null)
                return JoinOutcome.Lacking;
            foreach (var record in missed)
            {
                if (filter.Matches(record) && !client.TrySend(frames.Of(record)))
                    return JoinOutcome.Behind;
                place = record.Fired;
            }
            if (hub.Subscribe(filter.Topic, client) is not { } subscription)
                return JoinOutcome.Refused;
            member = new(this, client, _filters.Enter(filter), subscription);
            _members.Add(member);
            return JoinOutcome.Joined;
        }
    }

    /// <summary>A stream has ended.</summary>
    public void Leave(StreamMember member)
    {
        lock (_gate)
            TryForget(member);
    }

    // The lock gives all topics one order, and is held for a frame only.
    ValueTask<int> Publish(EventRecord record)
    {
        lock (_gate)
        {
            if (_publishedSinceLook + record.Bytes > _lookAfter)
                SendAwayTheSlow();
            var published = ValueTask.FromResult(0);
            Frame? frame = null;
            foreach (var filter in _filters.Find(record))
            {
                frame ??= new SseFrames(store.Epoch).Of(record);
                published = Both(published, hub.PublishAsync(filter.Topic, frame));
            }
            _publishedSinceLook += frame?.Length ?? 0;
            Interlocked.Exchange(ref _last, record.Fired);
            ReleaseWaiting(record.Fired);
            return published;
        }
    }

    ValueTask<int> PublishCheckpoints()
    {
        lock (_gate)
        {
            var published = ValueTask.FromResult(0);
            if (_lastCheckpoint == _last)
                return published;
            _lastCheckpoint = _last;
            var frame = new SseFrames(store.Epoch).Checkpoint(_last);
            foreach (var filter in _filters.WithCheckpoints)
                published = Both(published, hub.PublishAsync(filter.Topic, frame));
            return published;
        }
    }

    static long Cap(EventsOptions options) => options.QueueBytes == 0 ? long.MaxValue : options.QueueBytes;

    static ValueTask<int> Both(ValueTask<int> first, ValueTask<int> second) =>
        first.IsCompletedSuccessfully ? second : BothAsync(first, second);

    static async ValueTask<int> BothAsync(ValueTask<int> first, ValueTask<int> second) =>
        await first.ConfigureAwait(false) + await second.ConfigureAwait(false);

    // Under the lock.
    void ReleaseWaiting(long place)
    {
        while (_waiting.Count > 0 && _waiting.First() is var (awaited, given) && awaited <= place)
        {
            _waiting.Remove(awaited);
            given.SetResult();
        }
    }

    // Under the lock.
    void SendAwayTheSlow()
    {
        _publishedSinceLook = 0;
        foreach (var member in _members.Where(member => member.Client.QueuedBytes > _mayWait).ToList())
        {
            if (TryForget(member))
                member.SendAway(_last);
        }
    }

    // Under the lock.
    bool TryForget(StreamMember member)
    {
        if (!_members.Remove(member))
            return false;
        _filters.Leave(member.Filter);
        return true;
    }
}
