using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Gateway.Core.Connections.Transports;

/// <summary>A <see cref="DirectOutput"/> on a socket of the web server's, past its own transport.</summary>
sealed class SocketOutput(Socket socket, ConnectionContext connection) : DirectOutput(connection)
{
    /// <summary>
    /// A connection middleware for addresses without TLS: gives the connection this output, and says so by
    /// <see cref="ISocketOutputFeature"/>.
    /// </summary>
    public static ConnectionDelegate Use(ConnectionDelegate next) => async connection =>
    {
        if (connection.Features.Get<IConnectionSocketFeature>() is not { Socket: { } socket })
        {
            await next(connection).ConfigureAwait(false);
            return;
        }
        // Asynchronous operations, the web server's receives among them, do not look at this.
        socket.Blocking = false;
        var output = new SocketOutput(socket, connection);
        connection.Transport = new Duplex(connection.Transport.Input, output);
        connection.Features.Set<ISocketOutputFeature>(new Feature(socket));
        await next(connection).ConfigureAwait(false);
    };

    protected override bool TrySend(ReadOnlySpan<byte> bytes, out int sent)
    {
        sent = 0;
        try
        {
            while (sent < bytes.Length)
            {
                sent += socket.Send(bytes[sent..], SocketFlags.None, out var error);
                if (error == SocketError.WouldBlock)
                    return false;
                if (error != SocketError.Success)
                    throw new IOException($"The socket refused to send: {error}.", new SocketException((int)error));
            }
            return true;
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("The socket is closed.", e);
        }
    }

    protected override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        socket.SendAsync(bytes, SocketFlags.None, cancellation);

    sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    sealed record Feature(Socket Socket) : ISocketOutputFeature;
}
