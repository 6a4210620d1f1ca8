using Gateway.Core.Connections.Transports;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Connections.Reactors;

/// <summary>
/// One thread that waits for its share of our own sockets (epoll(7)), tells their handlers, and sends to them: what is
/// received by it and goes out by it meets no other thread. An idle socket costs its entry here and nothing else.
/// Thread-safe.
/// </summary>
sealed partial class Reactor : SenderLoop
{
    const EpollEvents Received = EpollEvents.Readable | EpollEvents.ClientEnded | EpollEvents.Edge;

    readonly Epoll _epoll = new();
    readonly ILogger<Reactor> _log;
    readonly Lock _gate = new();
    readonly ReactorSocket _signal;
    readonly Thread _thread;
    ReactorSocket?[] _sockets = new ReactorSocket?[1024];
    uint _generation;
    volatile bool _stopped;

    public Reactor(int index, TimerWheel wheel, ILogger<Reactor> log) : base(index)
    {
        Wheel = wheel;
        _log = log;
        _signal = new(this, Libc.eventfd(initial: 0, Libc.CloseOnExec | Libc.DoNotBlock));
        Add(_signal);
        _thread = new Thread(Run) { IsBackground = true, Name = "gateway-reactor" };
        _thread.Start();
    }

    /// <summary>For what has to happen later.</summary>
    public TimerWheel Wheel { get; }

    /// <summary>Has the socket's handler told of what happens on it, of which all that holds already is told at once.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public void Add(ReactorSocket socket)
    {
        lock (_gate)
        {
            if (socket.Descriptor >= _sockets.Length)
                Array.Resize(ref _sockets, Math.Max(socket.Descriptor + 1, _sockets.Length * 2));
            socket.Generation = ++_generation;
            _sockets[socket.Descriptor] = socket;
        }
        _epoll.Watch(socket, Received, KeyOf(socket));
    }

    /// <summary>Has the handler told anew of all that holds now, and from now on of room to write as well.</summary>
    public void Recheck(ReactorSocket socket)
    {
        try
        {
            _epoll.Rewatch(socket, Received | EpollEvents.Writable, KeyOf(socket));
        }
        catch (ObjectDisposedException)
        {
            // Nothing holds any more, and whoever closed it knows.
        }
    }

    /// <summary>The socket is about to be closed: its number may be another's from then on.</summary>
    public void Forget(ReactorSocket socket)
    {
        lock (_gate)
        {
            if (socket.Descriptor < _sockets.Length && _sockets[socket.Descriptor] == socket)
                _sockets[socket.Descriptor] = null;
        }
    }

    /// <summary>Ends the thread and closes all sockets.</summary>
    public override void Dispose()
    {
        _stopped = true;
        Wake();
        _thread.Join();
        ReactorSocket?[] left;
        lock (_gate)
            left = [.. _sockets];
        foreach (var socket in left)
            socket?.Dispose();
        _epoll.Dispose();
    }

    // Told of as a change, and so never to be read.
    protected override void Wake()
    {
        try
        {
            Libc.Signal(_signal);
        }
        catch (ObjectDisposedException)
        {
            // The thread has ended meanwhile.
        }
    }

    void Run()
    {
        while (!_stopped)
        {
            int count = _epoll.Wait(forever: TryRest());
            EndRest();
            for (int i = 0; i < count; i++)
            {
                var (events, key) = _epoll[i];
                if (Find(key) is { Handler: { } handler })
                    Tell(handler, events);
            }
            RunPosted();
        }
    }

    // An event of a socket that has been closed since it was told of belongs to nobody, least of all to the next of its number.
    ReactorSocket? Find(ulong key)
    {
        int descriptor = (int)(key & int.MaxValue);
        lock (_gate)
            return descriptor < _sockets.Length && _sockets[descriptor] is { } socket && KeyOf(socket) == key ? socket : null;
    }

    void Tell(IReactorHandler handler, EpollEvents events)
    {
        bool failed = (events & (EpollEvents.Failed | EpollEvents.HungUp)) != 0;
        bool ended = failed || (events & EpollEvents.ClientEnded) != 0;
        try
        {
            handler.OnChange(ended || (events & EpollEvents.Readable) != 0, ended, failed || (events & EpollEvents.Writable) != 0);
        }
        catch (Exception e)
        {
            HandlerFailed(e);
        }
    }

    static ulong KeyOf(ReactorSocket socket) => ((ulong)socket.Generation << 32) | (uint)socket.Descriptor;

    [LoggerMessage(1011, LogLevel.Error, "The handler of a socket failed", EventName = "SocketHandlerFailed")]
    partial void HandlerFailed(Exception exception);
}
