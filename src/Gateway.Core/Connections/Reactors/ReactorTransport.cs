using System.Threading.Tasks.Sources;
using Gateway.Core.Connections.Transports;

namespace Gateway.Core.Connections.Reactors;

/// <summary>
/// A connection that has left the web server: bytes are sent on its socket at once, and while the client says nothing it
/// holds neither a buffer nor a task. One reader at a time.
/// </summary>
/// <param name="socket">The socket.</param>
/// <param name="early">What the client had sent behind its handshake.</param>
sealed class ReactorTransport(ReactorSocket socket, byte[] early) : ITransport, IReactorHandler, IThreadPoolWorkItem, IValueTaskSource<int>
{
    // There is nothing to be read; there may be; somebody waits for it.
    const int Drained = 0;
    const int Ready = 1;
    const int Waiting = 2;

    const int DiscardsInARow = 16;
    const int ReadsInARow = 4;

    ReadOnlyMemory<byte> _early = early;
    ManualResetValueTaskSourceCore<int> _wait;
    CancellationTokenRegistration _registration;
    int _reading = Ready;
    int _readsInARow;
    volatile bool _ended;
    volatile bool _interrupted;
    volatile bool _hasToken;
    volatile bool _isCancelled;
    int _needsRoom;
    Action? _gone;

    public Action? Writable { private get; set; }

    /// <summary>
    /// Whether whoever waits for bytes goes on on the reactor's thread, on which all its other sockets wait: it must
    /// neither block nor compute for long. Set before the first read.
    /// </summary>
    public bool ResumesAtOnce { private get; init; }

    public bool TrySend(ReadOnlySpan<byte> bytes, out int taken)
    {
        if (socket.TrySend(bytes, out taken))
            return true;
        Volatile.Write(ref _needsRoom, 1);
        socket.Reactor.Recheck(socket);
        return false;
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (TryRead(buffer.Span, out int read))
            return new(read);
        return buffer.IsEmpty ? WaitAsync(cancellation) : ReadLaterAsync(buffer, cancellation);
    }

    public bool InterruptsReads => true;

    public void Interrupt()
    {
        _interrupted = true;
        Cancel(CancellationToken.None);
    }

    public bool ClientHasEnded => _ended && _early.IsEmpty && socket.IsAtEnd();

    public void EndSending() => socket.EndSending();

    public void Close() => LingeringClose.Begin(socket);

    public void Abort()
    {
        socket.Cut();
        // There will be no change any more to tell anybody.
        _ended = true;
        Volatile.Read(ref _gone)?.Invoke();
        if (Interlocked.Exchange(ref _reading, Ready) == Waiting)
            ResumeLater();
        if (Interlocked.Exchange(ref _needsRoom, 0) == 1)
            Writable?.Invoke();
    }

    /// <summary>
    /// In place of reading: what the client says means nothing, but its end does.
    /// </summary>
    /// <param name="gone">Called once at the end, on any thread; must return at once.</param>
    public void DiscardInput(Action gone)
    {
        Volatile.Write(ref _gone, gone);
        // What came until now has been told to nobody.
        socket.Reactor.Recheck(socket);
    }

    public void OnChange(bool readable, bool ended, bool writable)
    {
        _ended |= ended;
        if (readable && Volatile.Read(ref _gone) is { } gone)
            Discard(gone);
        else if (readable && IsNews && Interlocked.Exchange(ref _reading, Ready) == Waiting)
            Resume();
        if (writable && Interlocked.Exchange(ref _needsRoom, 0) == 1)
            Writable?.Invoke();
    }

    void Discard(Action gone)
    {
        try
        {
            for (int i = 0; i < DiscardsInARow; i++)
            {
                if (!socket.TryReceive(socket.Reactor.Buffer, out int received))
                    return;
                if (received == 0)
                {
                    gone();
                    return;
                }
            }
            socket.Reactor.Recheck(socket);
        }
        catch (IOException)
        {
            gone();
        }
    }

    void Resume()
    {
        _readsInARow = 0;
        if (ResumesAtOnce)
            GoOn();
        else
            ResumeLater();
    }

    void ResumeLater() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    void IThreadPoolWorkItem.Execute() => GoOn();

    void GoOn()
    {
        var token = _registration.Token;
        _registration.Dispose();
        if (_isCancelled)
            _wait.SetException(new OperationCanceledException(token));
        else
            _wait.SetResult(0);
    }

    int IValueTaskSource<int>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    // False when there is nothing for the moment. An empty buffer asks whether there is.
    bool TryRead(Span<byte> buffer, out int read)
    {
        read = 0;
        if (!_early.IsEmpty)
        {
            read = Math.Min(_early.Length, buffer.Length);
            _early.Span[..read].CopyTo(buffer);
            _early = read == _early.Length ? default : _early[read..];
            return true;
        }
        // Before the system is asked: a change from now on is of bytes that come later than its answer.
        if (Interlocked.Exchange(ref _reading, Drained) == Drained && !_ended)
            return false;
        if (buffer.IsEmpty)
        {
            if (!HasInput)
                return false;
            Volatile.Write(ref _reading, Ready);
            return true;
        }
        if (!socket.TryReceive(buffer, out read))
            return false;
        if (read == 0 || (read == buffer.Length && !IsOthersTurn()))
            Volatile.Write(ref _reading, Ready);
        return true;
    }

    // One client that always has more to say does not keep the reactor's thread: it is told of anew, after the others.
    bool IsOthersTurn()
    {
        if (!ResumesAtOnce || ++_readsInARow < ReadsInARow)
            return false;
        socket.Reactor.Recheck(socket);
        return true;
    }

    // What a change was about may have been read by now: whoever waits without a buffer is not to take one for nothing.
    // Between a change and who goes on at once, there is hardly anybody to read.
    bool IsNews => ResumesAtOnce || Volatile.Read(ref _reading) != Waiting || HasInput;

    bool HasInput => _ended || socket.HasInput();

    async ValueTask<int> ReadLaterAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        int read;
        do
            await WaitAsync(cancellation).ConfigureAwait(false);
        while (!TryRead(buffer.Span, out read));
        return read;
    }

    ValueTask<int> WaitAsync(CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellation);
        _wait.Reset();
        _isCancelled = false;
        short version = _wait.Version;
        _hasToken = cancellation.CanBeCanceled;
        _registration = cancellation.UnsafeRegister(static (transport, token) => ((ReactorTransport)transport!).Cancel(token), this);
        if (Interlocked.CompareExchange(ref _reading, Waiting, Drained) != Drained)
        {
            _registration.Dispose();
            return new(0);
        }
        // That may have happened when nobody waited yet.
        if (_hasToken ? cancellation.IsCancellationRequested : _interrupted)
            Cancel(cancellation);
        return new(this, version);
    }

    // By its token, or, if it has none, by an interruption. Never on the caller's stack, as the reader is anybody's code.
    void Cancel(CancellationToken cancellation)
    {
        if (cancellation.CanBeCanceled != _hasToken || Interlocked.CompareExchange(ref _reading, Drained, Waiting) != Waiting)
            return;
        _isCancelled = true;
        ResumeLater();
    }
}
