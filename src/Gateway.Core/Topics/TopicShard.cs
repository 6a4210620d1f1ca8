using System.Diagnostics;
using System.Runtime.InteropServices;
using Gateway.Core.Connections;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Diagnostics;

namespace Gateway.Core.Topics;

/// <summary>
/// A topic's subscribers on one sender loop. What is published between two sweeps is joined once into a batch, and each
/// subscriber gets the batch in one write. Members that come or go between two sweeps are told apart by the number of
/// frames that were pending when they did.
/// </summary>
sealed class TopicShard(Topic topic, SenderLoop loop) : ISendWork
{
    const int KeptCapacity = 64;

    // Guarded by the topic's lock.
    List<Frame> _pending = [];
    List<Change> _changes = [];
    List<Activity>? _pendingSpans;
    long _pendingBytes;
    long _pendingSince;
    bool _posted;
    TaskCompletionSource? _room;

    // The loop's alone.
    List<Frame> _frames = [];
    List<Change> _applied = [];
    List<Activity>? _spans;
    long _since;
    readonly List<Subscription> _members = [];
    readonly List<Subscription> _chunkedMembers = [];
    readonly List<Frame> _chunks = [];

    /// <summary>How many subscribers there are, those included that the loop has not seen yet.</summary>
    public int Members { get; private set; }

    public void Join(Subscription subscription)
    {
        Members++;
        Record(new(subscription, Joins: true, _pending.Count, Left: null));
    }

    /// <summary>Somebody leaves; who is given a completion still gets what was published before, and then that.</summary>
    public void Leave(Subscription subscription, TaskCompletionSource? left)
    {
        Members--;
        Record(new(subscription, Joins: false, _pending.Count, left));
    }

    /// <summary>Adds a frame; returns what to wait for when there is no more room behind it.</summary>
    public Task? Append(Frame frame, Activity? span)
    {
        if (_pending.Count == 0)
            _pendingSince = Stopwatch.GetTimestamp();
        _pending.Add(frame);
        if (span != null)
            (_pendingSpans ??= []).Add(span);
        _pendingBytes += frame.Length;
        PostOnce();
        if (_pendingBytes <= topic.BacklogBytes)
            return null;
        return (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    public void TakePending()
    {
        _posted = false;
        _since = _pendingSince;
        _pendingBytes = 0;
        (_pending, _frames) = (_frames, _pending);
        (_changes, _applied) = (_applied, _changes);
        (_spans, _pendingSpans) = (_pendingSpans, null);
    }

    public void SignalRoom()
    {
        if (_pendingBytes > topic.BacklogBytes)
            return;
        _room?.TrySetResult();
        _room = null;
    }

    void ISendWork.Send(SenderLoop loop)
    {
        topic.Exchange(this);
        ApplyLeaves();
        Admit(frames: 0);
        if (_frames.Count > 0)
        {
            topic.Metrics.AddDelivered(Sweep(loop.Buffer));
            topic.Metrics.RecordFanOut(Stopwatch.GetElapsedTime(_since));
            AddFanOuts();
            Admit(frames: _frames.Count);
        }
        Reset();
        topic.Release(this);
    }

    // Each publish has its own, though they have been one write.
    void AddFanOuts()
    {
        if (_spans == null)
            return;
        foreach (var publish in _spans)
            GatewayTraces.AddFanOut(publish, topic.Metrics.Tenant, topic.Metrics.Module, _members.Count + _chunkedMembers.Count);
        _spans = null;
    }

    // Whoever leaves may miss what was published just before, as it no longer listens; but who says that it must not.
    void ApplyLeaves()
    {
        foreach (var change in _applied)
        {
            if (change.Joins)
                continue;
            if (change.Left != null)
                SendUntil(change);
            Remove(change.Subscription);
            change.Left?.TrySetResult();
        }
    }

    void SendUntil(Change leave)
    {
        var subscription = leave.Subscription;
        bool isListed = subscription.Index >= 0;
        for (int i = isListed ? 0 : _applied.Find(change => change.Joins && change.Subscription == subscription).At; i < leave.At; i++)
            subscription.Connection.Send(_frames[i]);
    }

    // Those who joined before the first frame take part in the sweep; the others get the frames that came after them.
    void Admit(int frames)
    {
        foreach (var (subscription, joins, at, _) in _applied)
        {
            if (!joins || subscription.Index != Subscription.NotListed || at > frames)
                continue;
            for (int i = at; i < frames; i++)
                subscription.Connection.Send(_frames[i]);
            var members = MembersLike(subscription);
            subscription.Index = members.Count;
            members.Add(subscription);
        }
    }

    void Remove(Subscription subscription)
    {
        if (subscription.Index >= 0)
        {
            var members = MembersLike(subscription);
            var last = members[^1];
            members[subscription.Index] = last;
            last.Index = subscription.Index;
            members.RemoveAt(members.Count - 1);
        }
        subscription.Index = Subscription.HasLeft;
    }

    // Those who get chunks get them joined as the others do.
    List<Subscription> MembersLike(Subscription subscription) => subscription.Connection.IsChunked ? _chunkedMembers : _members;

    FrameCount Sweep(Span<byte> buffer)
    {
        var sent = Sweep(_members, CollectionsMarshal.AsSpan(_frames), buffer);
        if (_chunkedMembers.Count == 0)
            return sent;
        foreach (var frame in _frames)
            _chunks.Add(frame.Chunked);
        sent += Sweep(_chunkedMembers, CollectionsMarshal.AsSpan(_chunks), buffer);
        _chunks.Clear();
        return sent;
    }

    static FrameCount Sweep(List<Subscription> members, ReadOnlySpan<Frame> frames, Span<byte> buffer)
    {
        FrameCount sent = default;
        while (!frames.IsEmpty && members.Count > 0)
        {
            var joined = Join(frames, buffer, out int count);
            foreach (var member in CollectionsMarshal.AsSpan(members))
                sent += member.Connection.Deliver(frames[..count], joined);
            frames = frames[count..];
        }
        return sent;
    }

    // As many frames as fit into one write; a frame alone, of any size, needs no copy.
    static ReadOnlySpan<byte> Join(ReadOnlySpan<Frame> frames, Span<byte> buffer, out int count)
    {
        int length = frames[0].Length;
        for (count = 1; count < frames.Length && length + frames[count].Length <= buffer.Length; count++)
            length += frames[count].Length;
        if (count == 1)
            return frames[0].Span;
        var rest = buffer;
        foreach (var frame in frames[..count])
        {
            frame.Span.CopyTo(rest);
            rest = rest[frame.Length..];
        }
        return buffer[..length];
    }

    void Reset()
    {
        _frames.Clear();
        _applied.Clear();
        if (_frames.Capacity > KeptCapacity)
            _frames = [];
        if (_applied.Capacity > KeptCapacity)
            _applied = [];
    }

    void Record(Change change)
    {
        _changes.Add(change);
        PostOnce();
    }

    void PostOnce()
    {
        if (_posted)
            return;
        _posted = true;
        loop.Post(this);
    }

    // At = how many frames were pending then; Left = to be told when it has left.
    readonly record struct Change(Subscription Subscription, bool Joins, int At, TaskCompletionSource? Left);
}
