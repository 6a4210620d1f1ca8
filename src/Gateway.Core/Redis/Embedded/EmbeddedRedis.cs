using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Redis.Embedded;

/// <summary>
/// A small Redis inside the process: publish and subscribe in RESP2 and RESP3, on loopback, for <c>redis-cli</c> and any
/// client library. Everything about it is bounded; see <see cref="RespLimits"/>.
/// </summary>
sealed partial class EmbeddedRedis : IAsyncDisposable
{
    readonly TcpListener _listener;
    readonly ILogger _log;
    readonly ConcurrentDictionary<long, RespClient> _clients = new();
    readonly EmbeddedTopics _topics = new();
    readonly EmbeddedCommands _commands;
    readonly Task _accepting;
    long _lastId;

    EmbeddedRedis(TcpListener listener, ILogger log)
    {
        (_listener, _log) = (listener, log);
        Address = (IPEndPoint)listener.LocalEndpoint;
        _commands = new(_topics, () => _clients.Count, Address.Port);
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, with the real port.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Begins to listen on loopback.</summary>
    /// <param name="port">0 = any free one.</param>
    /// <param name="log">Where faults go.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static EmbeddedRedis Start(int port, ILogger log)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new IOException($"the embedded Redis endpoint cannot listen on 127.0.0.1:{port}: {e.Message}. Another port: Redis:EmbeddedPort; another Redis: Redis:Mode=External.", e);
        }
        return new EmbeddedRedis(listener, log);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync().ConfigureAwait(false);
                socket.NoDelay = true;
                _ = ServeAsync(socket);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.Interrupted } or InvalidOperationException)
            {
                return;
            }
            catch (SocketException)
            {
                // That client vanished before it was accepted, or there is no descriptor for it: others may fare better.
                await Task.Delay(10).ConfigureAwait(false);
            }
        }
    }

    async Task ServeAsync(Socket socket)
    {
        using var client = new RespClient(socket, Interlocked.Increment(ref _lastId));
        if (_clients.Count >= RespLimits.Clients)
        {
            client.Send("-ERR max number of clients reached\r\n"u8);
            await Task.Delay(100).ConfigureAwait(false);
            return;
        }
        _clients[client.Id] = client;
        try
        {
            await client.RunAsync(_commands.Execute).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ClientFailed(e, client.Id);
        }
        finally
        {
            _clients.TryRemove(client.Id, out _);
            _topics.Forget(client);
        }
    }

    [LoggerMessage(1703, LogLevel.Error, "The embedded Redis endpoint failed to serve client {Client}", EventName = "EmbeddedClientFailed")]
    partial void ClientFailed(Exception exception, long client);
}
