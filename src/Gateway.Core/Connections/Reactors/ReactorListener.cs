using System.Buffers;
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Connections.Reactors;

/// <summary>Accepts the connections of one address on a reactor's thread, and deals them out to all reactors in turn.</summary>
sealed partial class ReactorListener : TimerWheel.Entry, IConnectionListener, IReactorHandler
{
    const int AcceptsInARow = 64;
    const int PauseMilliseconds = 100;
    const int SilentMilliseconds = 10_000;

    // So many are left to the rest of the process: without any it could not even load what writes the log.
    const int SpareDescriptors = 32;

    static readonly long AcceptedBelow = Libc.MostDescriptors() - SpareDescriptors;

    readonly Channel<ReactorConnection> _accepted = Channel.CreateUnbounded<ReactorConnection>();
    readonly IReadOnlyList<Reactor> _reactors;
    readonly ReactorSocket _watched;
    readonly MemoryPool<byte> _memory;
    readonly ILogger _log;
    int _next;
    bool _fewAreLeft;
    long _silentUntil;

    /// <param name="reactors">The reactors.</param>
    /// <param name="socket">Listens already; closed with this.</param>
    /// <param name="memory">Where the web server's buffers come from.</param>
    /// <param name="log">The log.</param>
    public ReactorListener(IReadOnlyList<Reactor> reactors, Socket socket, MemoryPool<byte> memory, ILogger log)
    {
        (_reactors, _memory, _log) = (reactors, memory, log);
        EndPoint = socket.LocalEndPoint!;
        _watched = new(reactors[0], socket) { Handler = this };
        Reactor.Add(_watched);
    }

    public EndPoint EndPoint { get; }

    Reactor Reactor => _watched.Reactor;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_accepted.Reader.TryRead(out var connection))
                return connection;
        }
        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        Reactor.Wheel.Cancel(this);
        _watched.Dispose();
        _accepted.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync().ConfigureAwait(false);
        while (_accepted.Reader.TryRead(out var connection))
            await connection.DisposeAsync().ConfigureAwait(false);
    }

    public void OnChange(bool readable, bool ended, bool writable)
    {
        try
        {
            for (int i = 0; i < AcceptsInARow; i++)
            {
                if (!TryAccept())
                    return;
            }
            Reactor.Recheck(_watched);
        }
        catch (ObjectDisposedException)
        {
            // No longer listened on.
        }
    }

    /// <summary>A pause is over.</summary>
    public override void OnDue() => Reactor.Recheck(_watched);

    // False when nobody waits, or cannot be let in for now.
    bool TryAccept()
    {
        if (_fewAreLeft && Libc.NextDescriptor() is var free && (free < 0 || free >= AcceptedBelow))
        {
            Pause("only the last few descriptors are free");
            return false;
        }
        var (descriptor, client) = SocketNames.Accept(_watched);
        if (descriptor >= 0)
        {
            _fewAreLeft = descriptor >= AcceptedBelow - 1;
            Open(new ReactorSocket(_reactors[_next++ % _reactors.Count], descriptor), client);
            return true;
        }
        switch (Marshal.GetLastPInvokeError())
        {
            case Libc.TryAgain:
                return false;
            // These are of the one client (accept(2)).
            case Libc.Interrupted or Libc.ConnectionAborted or Libc.BrokenProtocol or Libc.NotPermitted:
                return true;
            // Descriptors or memory are at an end.
            case var error:
                Pause(new Win32Exception(error).Message);
                return false;
        }
    }

    // Who waits goes on waiting: to try again at once would be to try all the time.
    void Pause(string reason)
    {
        long now = Environment.TickCount64;
        Reactor.Wheel.Set(this, now + PauseMilliseconds);
        if (now < _silentUntil)
            return;
        _silentUntil = now + SilentMilliseconds;
        AcceptFailed(EndPoint, reason);
    }

    void Open(ReactorSocket socket, EndPoint? client)
    {
        socket.Set(Libc.TcpLevel, Libc.TcpNoDelay, 1);
        var connection = new ReactorConnection(socket, client, _memory);
        socket.Handler = connection;
        try
        {
            socket.Reactor.Add(socket);
        }
        catch (IOException e)
        {
            AcceptFailed(EndPoint, e.Message);
            socket.Dispose();
            return;
        }
        if (!_accepted.Writer.TryWrite(connection))
            socket.Dispose();
    }

    [LoggerMessage(1012, LogLevel.Warning, "No connection can be accepted on {Address} for the moment: {Reason}", EventName = "AcceptFailed")]
    partial void AcceptFailed(EndPoint address, string reason);
}
