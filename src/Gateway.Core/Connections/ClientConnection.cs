using System.Diagnostics.CodeAnalysis;
using System.Net;
using Gateway.Core.Auth;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Diagnostics;

namespace Gateway.Core.Connections;

/// <summary>
/// One client, whatever the transport. Frames wait in a queue that is bounded in bytes and are sent by a sender loop:
/// no call here ever waits for the client. Thread-safe.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A token source without a timer holds nothing that needs disposing.")]
public abstract class ClientConnection : ISendWork
{
    static long _lastId;

    readonly Lock _gate = new();
    readonly OutboundQueue _queue = new();
    readonly CancellationTokenSource _closing = new();
    readonly ConnectionSettings _settings;
    readonly SenderLoop _loop;
    readonly long _openedAt = Environment.TickCount64;

    ITransport _transport;
    Identity _identity;
    Identity[] _others = [];
    bool _posted;
    bool _blocked;
    bool _gone;
    CloseReason? _reason;
    long _lastHeardAt = Environment.TickCount64;
    long _behindSince;
    TaskCompletionSource? _drained;
    TaskCompletionSource? _room;

    private protected ClientConnection(
        ConnectionSettings settings, ITransport transport, SenderLoop loop, IPAddress? address, Identity identity)
    {
        _identity = identity;
        _settings = settings;
        _transport = transport;
        _loop = loop;
        Address = address;
        Closing = _closing.Token;
        transport.Writable = OnWritable;
    }

    /// <summary>A number that no other connection of this process has.</summary>
    public long Id { get; } = Interlocked.Increment(ref _lastId);

    /// <summary>The module that the client speaks to.</summary>
    public string Module => _settings.Module;

    /// <summary>The name of the tenant that it belongs to.</summary>
    public string Tenant => _settings.Tenant.Name;

    /// <summary>Who the client is.</summary>
    public Identity Identity
    {
        get => Volatile.Read(ref _identity);
        private set => Volatile.Write(ref _identity, value);
    }

    /// <summary>Where the client connects from; null on a Unix socket.</summary>
    public IPAddress? Address { get; }

    /// <summary>How long the connection has been open.</summary>
    public TimeSpan Age => TimeSpan.FromMilliseconds(Environment.TickCount64 - _openedAt);

    /// <summary>Cancelled when the connection begins to end, for whatever reason.</summary>
    public CancellationToken Closing { get; }

    /// <summary>Why the connection ends or ended; null while it is open.</summary>
    public CloseReason? Ending
    {
        get
        {
            lock (_gate)
                return _reason;
        }
    }

    /// <summary>Bytes that wait to be sent.</summary>
    public long QueuedBytes
    {
        get
        {
            lock (_gate)
                return _queue.Bytes;
        }
    }

    /// <summary>Whether something waits that could not be sent at once; without the lock, for those who look at all connections.</summary>
    internal bool IsBehind => Volatile.Read(ref _behindSince) != 0;

    /// <summary>For how long something has waited without a break; zero while nothing does.</summary>
    internal TimeSpan BehindFor
    {
        get
        {
            lock (_gate)
                return _behindSince == 0 || _queue.IsEmpty ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Environment.TickCount64 - _behindSince);
        }
    }

    /// <summary>Whether it is left alone at shutdown until <c>Drain:Limit</c>.</summary>
    internal virtual bool OutlivesDrain => false;

    internal int LoopIndex => _loop.Index;

    /// <summary>What went wrong when sending, where it was more than that the client had gone.</summary>
    internal Exception? Fault { get; private set; }

    /// <summary>Set once, before the connection is known to anybody.</summary>
    internal Heartbeat? Heartbeat { private get; set; }

    /// <summary>Whether the client is not listened to, since its module has not finished with its last message.</summary>
    internal bool IsHeld { get; private protected set; }

    /// <summary>Whether the client has gone while it is not listened to: nothing is read that would tell.</summary>
    internal virtual bool HasLeftUnheard => false;

    private protected ITransport Transport => Volatile.Read(ref _transport);

    internal ConnectionSettings Settings => _settings;

    /// <summary>When the client last gave a sign of life, in the milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    internal long LastHeardAt => Volatile.Read(ref _lastHeardAt);

    /// <summary>Whether the client may do something with its module; see <see cref="Grants.Allows(string, string, string)"/>.</summary>
    public bool Allows(string action, string path) => Identity.Grants.Allows(Module, action, path);

    /// <summary>
    /// The client has shown by a message of its own who it is. From now on the connection ends when this identity
    /// expires or is revoked.
    /// </summary>
    public void Become(Identity identity)
    {
        Identity = identity;
        Reconsider();
    }

    /// <summary>
    /// The client has shown by messages of its own some more tokens, for one part each of what it now gets. Until the
    /// next call the connection ends, too, when one of these identities expires or is revoked; who the client is does not change.
    /// </summary>
    public void DependOn(IEnumerable<Identity> identities)
    {
        Volatile.Write(ref _others, [.. identities]);
        Reconsider();
    }

    /// <summary>All by whom it is let in: <see cref="Identity"/>, and those that it depends on.</summary>
    internal IEnumerable<Identity> Identities => Volatile.Read(ref _others).Prepend(Identity);

    /// <summary>When the first of its identities expires; null = never.</summary>
    internal DateTimeOffset? Expires
    {
        get
        {
            var expires = Identity.Expires;
            foreach (var other in Volatile.Read(ref _others))
            {
                if (expires == null || other.Expires < expires)
                    expires = other.Expires;
            }
            return expires;
        }
    }

    /// <summary>Ends the connection if one of its identities has been revoked.</summary>
    /// <returns>Whether one has.</returns>
    internal bool CloseIfRevoked()
    {
        if (!Identities.Any(_settings.Tenant.Revocations.Covers))
            return false;
        Close(CloseReason.TokenRevoked);
        return true;
    }

    /// <summary>Queues a frame. A full queue is dealt with as the module's slow-consumer policy says.</summary>
    /// <returns>False when the connection is ending: the frame goes nowhere.</returns>
    public bool Send(Frame frame)
    {
        bool ended = false;
        frame = OnWire(frame);
        lock (_gate)
        {
            if (_reason != null)
                return false;
            _queue.Add(frame);
            ended = !KeepWithinCap();
            PostIfIdle();
        }
        if (ended)
            AnnounceClosing();
        return true;
    }

    /// <summary>
    /// Queues a frame if there is room: for protocols that would rather send a later state than have this one wait. There
    /// is room where nothing waits, or little, and the frame keeps the queue within its cap.
    /// </summary>
    /// <returns>False when there is no room, or the connection is ending: the frame goes nowhere.</returns>
    public bool TrySend(Frame frame)
    {
        frame = OnWire(frame);
        lock (_gate)
        {
            if (_reason != null || !HasRoomFor(frame.Length))
                return false;
            _queue.Add(frame);
            PostIfIdle();
            return true;
        }
    }

    /// <summary>Waits until <see cref="TrySend(Frame)"/> would take the frame, or the connection is ending.</summary>
    public async ValueTask WhenRoomAsync(Frame frame, CancellationToken cancellation)
    {
        frame = OnWire(frame);
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_reason != null || HasRoomFor(frame.Length))
                    return;
                room = (_room ??= NewSignal()).Task;
            }
            await room.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Begins to end the connection; the first reason given is the one that counts.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="detail">What the client is told, where its protocol can carry it; a text of the reason's own if null.</param>
    public void Close(CloseReason reason, string? detail = null) => Close(reason, ClosingFrame(reason, detail));

    private protected void Close(CloseReason reason, Frame? goodbye)
    {
        lock (_gate)
        {
            if (!BeginClosing(reason, goodbye))
                return;
            PostIfIdle();
        }
        AnnounceClosing();
    }

    /// <summary>Whether the client gets frames as the chunks of a response (RFC 9112, section 7.1).</summary>
    internal virtual bool IsChunked => false;

    /// <summary>Whether the client gets other bytes than a frame's own, and than its chunk's.</summary>
    private protected virtual bool Compresses => false;

    /// <summary>The frame as this client gets it.</summary>
    private protected virtual Frame OnWire(Frame frame) => frame;

    /// <summary>The bytes that end the conversation in the client's protocol; null where it has none.</summary>
    private protected abstract Frame? ClosingFrame(CloseReason reason, string? detail);

    /// <summary>Waits, at most until cancelled, for the client to end the conversation on its side.</summary>
    private protected abstract Task AwaitClientsEndAsync(CancellationToken cancellation);

    /// <summary>
    /// Delivers a topic's batch on the loop's thread: the frames, or their chunks, and the same joined for one write. They go to the wire
    /// at once where nothing waits before them, else into the queue.
    /// </summary>
    /// <returns>What is on the wire of it.</returns>
    internal FrameCount Deliver(ReadOnlySpan<Frame> frames, ReadOnlySpan<byte> joined)
    {
        bool ended = false;
        FrameCount sent = default;
        lock (_gate)
        {
            if (_reason != null)
                return sent;
            if (_queue.IsEmpty && !_blocked && !Compresses)
            {
                if (!TrySend(joined, out int taken))
                    ended = true;
                else if (taken == joined.Length)
                    return new(frames.Length, joined.Length);
                else
                    sent = _queue.AddRest(frames, taken);
            }
            else
            {
                foreach (var frame in frames)
                    _queue.Add(OnWire(frame));
            }
            ended |= !KeepWithinCap();
            PostIfIdle();
        }
        if (ended)
            AnnounceClosing();
        return sent;
    }

    void ISendWork.Send(SenderLoop loop)
    {
        bool ended = false;
        FrameCount sent = default;
        lock (_gate)
        {
            _posted = false;
            while (!_queue.IsEmpty && !_blocked && !_gone)
            {
                int length = _queue.CopyTo(loop.Buffer);
                if (TrySend(loop.Buffer.AsSpan(0, length), out int taken))
                    sent += _queue.Take(taken);
                else
                    ended = true;
            }
            NoteCaughtUp();
            SignalProgress();
        }
        _settings.Metrics.AddDelivered(sent);
        if (ended)
            AnnounceClosing();
    }

    /// <summary>Whether so little is queued that <see cref="WaitForRoomAsync"/> would not wait.</summary>
    private protected bool HasRoom
    {
        get
        {
            lock (_gate)
                return _queue.Bytes <= _settings.PauseReadingBytes || _reason != null;
        }
    }

    /// <summary>
    /// Waits until so little is queued that it makes sense to take more requests from this client: one that does not
    /// read its answers is not read from, instead of being cut for them.
    /// </summary>
    private protected async ValueTask WaitForRoomAsync(CancellationToken cancellation)
    {
        Task room;
        lock (_gate)
        {
            if (_queue.Bytes <= _settings.PauseReadingBytes || _reason != null)
                return;
            room = (_room ??= NewSignal()).Task;
        }
        await room.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The head of the answer has been sent: the transport takes the place of the <see cref="PendingTransport"/>.</summary>
    internal void Open(ITransport transport)
    {
        transport.Writable = OnWritable;
        PendingTransport pending;
        bool isGone;
        lock (_gate)
        {
            pending = (PendingTransport)_transport;
            Volatile.Write(ref _transport, transport);
            isGone = _gone;
        }
        pending.Open();
        if (Ending != null)
            transport.Interrupt();
        if (isGone)
            transport.Abort();
        else
            OnWritable();
    }

    private protected void Heard() => Volatile.Write(ref _lastHeardAt, Environment.TickCount64);

    /// <summary>The client has vanished: there is nobody left to tell anything.</summary>
    private protected void Vanished()
    {
        lock (_gate)
            MarkGone();
        AnnounceClosing();
    }

    /// <summary>Cuts the transport, whatever still waits.</summary>
    internal void Abort()
    {
        Vanished();
        Transport.Abort();
    }

    /// <summary>
    /// Ends the connection for good: what is queued goes out, the client may answer the goodbye, both within
    /// <see cref="ConnectionSettings.GoodbyeTime"/>; then the transport is cut.
    /// </summary>
    internal async Task FinishAsync()
    {
        using var limit = new CancellationTokenSource(ConnectionSettings.GoodbyeTime);
        try
        {
            await DrainedAsync().WaitAsync(limit.Token).ConfigureAwait(false);
            if (!IsGone)
                await AwaitClientsEndAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // Out of time, or the client is gone: either way there is nothing more to say.
        }
        bool cut;
        lock (_gate)
        {
            cut = _gone || !_queue.IsEmpty || _blocked;
            MarkGone();
        }
        if (cut || limit.IsCancellationRequested)
            Transport.Abort();
    }

    /// <summary>The last call to the transport: after it the connection, or its request, ends.</summary>
    internal virtual void EndTransport() => Transport.Close();

    bool IsGone
    {
        get
        {
            lock (_gate)
                return _gone;
        }
    }

    // Under the lock.
    bool HasRoomFor(int bytes) =>
        _queue.IsEmpty || (_queue.Bytes <= _settings.PauseReadingBytes && _queue.Bytes + bytes <= _settings.QueueBytes);

    Task DrainedAsync()
    {
        lock (_gate)
        {
            if (_gone || (_queue.IsEmpty && !_blocked))
                return Task.CompletedTask;
            return (_drained ??= NewSignal()).Task;
        }
    }

    // Under the lock. False when the client turned out to be gone.
    bool TrySend(ReadOnlySpan<byte> bytes, out int taken)
    {
        // Set before: the transport may be writable again, and say so, before its send returns.
        _blocked = true;
        try
        {
            if (_transport.TrySend(bytes, out taken))
                _blocked = false;
            else if (_behindSince == 0)
                _behindSince = Environment.TickCount64;
            return true;
        }
        catch (Exception e)
        {
            taken = 0;
            if (e is not IOException)
                (Fault, _reason) = (e, _reason ?? CloseReason.InternalError);
            MarkGone();
            return false;
        }
    }

    // Under the lock. False when that ended the connection.
    bool KeepWithinCap()
    {
        if (_queue.Bytes <= _settings.QueueBytes || _queue.Count <= 1)
            return true;
        switch (_settings.SlowConsumer)
        {
            case SlowConsumerPolicy.DropOldest:
                CountDropped(DropReason.SlowConsumer, _queue.DropOldest(_settings.QueueBytes, keep: 1));
                return true;
            case SlowConsumerPolicy.KeepLatest:
                CountDropped(DropReason.SlowConsumer, _queue.DropOldest(0, keep: 1));
                return true;
            default:
                return !BeginClosing(CloseReason.SlowConsumer, ClosingFrame(CloseReason.SlowConsumer, null));
        }
    }

    // Under the lock.
    bool BeginClosing(CloseReason reason, Frame? goodbye)
    {
        if (_reason != null)
            return false;
        _reason = reason;
        if (reason == CloseReason.SlowConsumer)
            CountDropped(DropReason.SlowConsumer, _queue.DropOldest(0, keep: 0));
        if (goodbye != null)
            _queue.Add(goodbye);
        return true;
    }

    // Under the lock.
    void MarkGone()
    {
        _reason ??= CloseReason.ClientGone;
        _gone = true;
        CountDropped(DropReason.ClientGone, _queue.Clear());
        SignalProgress();
    }

    void CountDropped(DropReason reason, FrameCount dropped) => _settings.Metrics.AddDropped(reason, dropped);

    // Under the lock.
    void NoteCaughtUp()
    {
        if (_queue.IsEmpty && !_blocked)
            _behindSince = 0;
    }

    // Under the lock.
    void PostIfIdle()
    {
        if (_posted || _blocked || _gone || _queue.IsEmpty)
            return;
        _posted = true;
        _loop.Post(this);
    }

    // Under the lock.
    void SignalProgress()
    {
        if (_gone || _queue.Bytes <= _settings.PauseReadingBytes)
        {
            _room?.TrySetResult();
            _room = null;
        }
        if (_gone || (_queue.IsEmpty && !_blocked))
            _drained?.TrySetResult();
    }

    void OnWritable()
    {
        lock (_gate)
        {
            _blocked = false;
            Heard();
            NoteCaughtUp();
            PostIfIdle();
            SignalProgress();
        }
    }

    // Not under the lock, and not on the caller's stack: what is cancelled may be anybody's code.
    void AnnounceClosing()
    {
        _ = _closing.CancelAsync();
        Transport.Interrupt();
        Heartbeat?.Ending();
    }

    // They were let in before a revocation, perhaps, but came too late for those who were told of it.
    void Reconsider()
    {
        CloseIfRevoked();
        Heartbeat?.Reconsider();
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
