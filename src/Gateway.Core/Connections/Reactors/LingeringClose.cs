namespace Gateway.Core.Connections.Reactors;

/// <summary>
/// Ends a connection so that all that was sent arrives: a socket that is closed before all has been read from it is
/// reset, and the client may lose the end of its answer. So what still comes is thrown away until the client ends, but
/// not for long.
/// </summary>
sealed class LingeringClose : TimerWheel.Entry, IReactorHandler
{
    const int Milliseconds = 2_000;
    const int ReadsInARow = 16;

    readonly ReactorSocket _socket;

    LingeringClose(ReactorSocket socket) => _socket = socket;

    public static void Begin(ReactorSocket socket)
    {
        var closing = new LingeringClose(socket);
        socket.Handler = closing;
        socket.EndSending();
        socket.Reactor.Wheel.Set(closing, Environment.TickCount64 + Milliseconds);
        // The change that tells of unread bytes may have been told already.
        socket.Reactor.Recheck(socket);
    }

    public void OnChange(bool readable, bool ended, bool writable)
    {
        if (!readable)
            return;
        try
        {
            for (int i = 0; i < ReadsInARow; i++)
            {
                if (!_socket.TryReceive(_socket.Reactor.Buffer, out int received))
                    return;
                if (received > 0)
                    continue;
                Close();
                return;
            }
            _socket.Reactor.Recheck(_socket);
        }
        catch (IOException)
        {
            Close();
        }
    }

    public override void OnDue() => _socket.Dispose();

    void Close()
    {
        _socket.Reactor.Wheel.Cancel(this);
        _socket.Dispose();
    }
}
