using Gateway.Core.Connections.Transports;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Core.Connections.Reactors;

/// <summary>The web server's output on a socket of ours. Once the connection has left it, what it still writes goes nowhere.</summary>
sealed class ReactorOutput(ReactorSocket socket, ConnectionContext connection) : DirectOutput(connection)
{
    volatile bool _detached;
    TaskCompletionSource? _room;

    public void Detach() => _detached = true;

    /// <summary>There may be room again, or nobody to send to.</summary>
    public void OnRoom() => Interlocked.Exchange(ref _room, null)?.TrySetResult();

    protected override bool TrySend(ReadOnlySpan<byte> bytes, out int sent)
    {
        sent = bytes.Length;
        return _detached || socket.TrySend(bytes, out sent);
    }

    protected override async ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        int sent;
        while (!TrySend(bytes.Span, out sent) && sent == 0)
        {
            var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _room, room);
            socket.Reactor.Recheck(socket);
            await room.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        return sent;
    }
}
