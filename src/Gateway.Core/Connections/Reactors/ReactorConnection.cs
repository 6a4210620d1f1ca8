using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Gateway.Core.Connections.Transports;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Core.Connections.Reactors;

/// <summary>
/// A socket of ours as the web server sees it, until it is closed or leaves it (<see cref="IDetachFeature"/>). Received
/// bytes go into a pipe, and while that is full none are received.
/// </summary>
sealed class ReactorConnection : ConnectionContext, IReactorHandler, IDetachFeature, ISendTimeoutFeature, IDuplexPipe,
    IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature, IMemoryPoolFeature
{
    // What the web server reads ahead of a request's handler by default.
    const int ReadAheadBytes = 1024 * 1024;
    const int ReadsInARow = 4;

    static long _lastId = DateTime.UtcNow.Ticks;

    readonly ReactorSocket _socket;
    readonly Pipe _input;
    readonly ReactorOutput _output;
    readonly CancellationTokenSource _closed = new();
    readonly Lock _gate = new();
    bool _isFull;
    bool _inputEnded;
    ReactorTransport? _successor;

    public ReactorConnection(ReactorSocket socket, EndPoint? client, MemoryPool<byte> memory)
    {
        _socket = socket;
        MemoryPool = memory;
        RemoteEndPoint = client;
        ConnectionId = Interlocked.Increment(ref _lastId).ToString("X", System.Globalization.CultureInfo.InvariantCulture);
        ConnectionClosed = _closed.Token;
        _input = new(new(memory, PipeScheduler.ThreadPool, PipeScheduler.ThreadPool, ReadAheadBytes, ReadAheadBytes / 2, useSynchronizationContext: false));
        _output = new(socket, this);
        Transport = this;
        Features = new FeatureCollection();
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
        Features.Set<IMemoryPoolFeature>(this);
        Features.Set<IDetachFeature>(this);
        Features.Set<ISendTimeoutFeature>(this);
    }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; }

    public override IDictionary<object, object?> Items { get => field ??= new ConnectionItems(); set; }

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get => field ??= SocketNames.LocalOf(_socket); set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public MemoryPool<byte> MemoryPool { get; }

    public bool CanDetach => Transport == this;

    public SenderLoop Loop => _socket.Reactor;

    PipeReader IDuplexPipe.Input => _input.Reader;

    PipeWriter IDuplexPipe.Output => _output;

    void ISendTimeoutFeature.Set(TimeSpan timeout) => _socket.Set(Libc.TcpLevel, Libc.TcpUserTimeout, (int)timeout.TotalMilliseconds);

    public void OnChange(bool readable, bool ended, bool writable)
    {
        if (writable)
            _output.OnRoom();
        lock (_gate)
        {
            if (_successor == null && readable)
                Receive(ended);
        }
        // It may have left while this was under way.
        _successor?.OnChange(readable, ended, writable);
    }

    public ReactorTransport? Detach(bool readsAtOnce)
    {
        lock (_gate)
        {
            if (_inputEnded || _successor != null)
                return null;
            _inputEnded = true;
            _input.Writer.Complete();
            byte[] early = [];
            if (_input.Reader.TryRead(out var read))
            {
                early = read.Buffer.IsEmpty ? [] : read.Buffer.ToArray();
                _input.Reader.AdvanceTo(read.Buffer.End);
            }
            _output.Detach();
            _successor = new(_socket, early) { ResumesAtOnce = readsAtOnce };
            _socket.Handler = _successor;
            return _successor;
        }
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        lock (_gate)
        {
            if (_successor != null)
                return;
            EndInput(abortReason);
        }
        _socket.Cut();
        _output.OnRoom();
    }

    public override ValueTask DisposeAsync()
    {
        bool hasLeft;
        bool hadEnded;
        lock (_gate)
        {
            (hasLeft, hadEnded) = (_successor != null, _inputEnded);
            EndInput(null);
        }
        if (!hadEnded)
            LingeringClose.Begin(_socket);
        else if (!hasLeft)
            _socket.Dispose();
        return base.DisposeAsync();
    }

    // Under the lock, on the reactor's thread.
    void Receive(bool ended)
    {
        try
        {
            for (int i = 0; i < ReadsInARow && !_isFull && !_inputEnded; i++)
            {
                var buffer = _socket.Reactor.Buffer;
                if (!_socket.TryReceive(buffer, out int received))
                    return;
                if (received == 0)
                    EndInput(null);
                else
                    Write(buffer.AsSpan(0, received));
                if (received < buffer.Length && !ended)
                    return;
            }
            if (!_isFull && !_inputEnded)
                _socket.Reactor.Recheck(_socket);
        }
        catch (IOException e)
        {
            EndInput(new ConnectionResetException(e.Message, e));
        }
    }

    void Write(ReadOnlySpan<byte> received)
    {
        _input.Writer.Write(received);
        var flushing = _input.Writer.FlushAsync();
        if (flushing.IsCompleted)
            return;
        _isFull = true;
        _ = ResumeAsync(flushing);
    }

    async Task ResumeAsync(ValueTask<FlushResult> flushing)
    {
        await flushing.ConfigureAwait(false);
        lock (_gate)
            _isFull = false;
        _socket.Reactor.Recheck(_socket);
    }

    // Under the lock. Whoever is told that the connection is closed may be anybody.
    void EndInput(Exception? fault)
    {
        if (_inputEnded)
            return;
        _inputEnded = true;
        _input.Writer.Complete(fault);
        ThreadPool.UnsafeQueueUserWorkItem(static closed => closed.Cancel(), _closed, preferLocal: false);
    }
}
