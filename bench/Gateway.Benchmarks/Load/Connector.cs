using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Benchmarks.Load;

/// <summary>Opens WebSocket connections to a channel, a few dozen handshakes at a time.</summary>
sealed class Connector(Uri channel)
{
    const int AtOnce = 64;
    const int HandshakeMilliseconds = 10_000;

    // Below the usual range of ephemeral ports, so that one loopback address never runs out of them.
    const int ConnectionsPerSource = 16_384;

    // bind() then leaves the choice of a port to connect(), which may share one between destinations.
    const int BindAddressNoPort = 24;

    // Key and answer are the example of RFC 6455.
    const string Answer = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    readonly IPEndPoint _server = new(Resolve(channel.Host), channel.Port);
    readonly byte[] _request = Encoding.ASCII.GetBytes(
        $"GET {channel.PathAndQuery} HTTP/1.1\r\nHost: {channel.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    readonly byte[] _response = new byte[16 * 1024];
    int _opened;

    /// <summary>Opens connections into the loop, which is served meanwhile.</summary>
    internal TClient[] Open<TClient>(int count, Func<Socket, TClient> create, ClientLoop loop)
        where TClient : WebSocketClient
    {
        List<TClient> clients = new(count);
        while (clients.Count < count)
        {
            try
            {
                clients.AddRange(OpenSome(Math.Min(AtOnce, count - clients.Count), create, loop));
            }
            catch (SocketException fault)
            {
                throw new LoadFault($"after {clients.Count} of {count} connections: {fault.Message}");
            }

            loop.Poll(TimeSpan.Zero);
        }

        return [.. clients];
    }

    TClient[] OpenSome<TClient>(int count, Func<Socket, TClient> create, ClientLoop loop)
        where TClient : WebSocketClient
    {
        var asked = Enumerable.Range(0, count).Select(_ => Ask()).ToArray();
        var clients = Array.ConvertAll(asked, socket => Accept(socket, create));
        Array.ForEach(clients, loop.Add);
        return clients;
    }

    Socket Ask()
    {
        var socket = new Socket(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = HandshakeMilliseconds };
        if (_server.AddressFamily == AddressFamily.InterNetwork && IPAddress.IsLoopback(_server.Address))
            BindSource(socket, _opened / ConnectionsPerSource);
        _opened++;
        socket.Connect(_server);
        socket.Send(_request);
        return socket;
    }

    static void BindSource(Socket socket, int index)
    {
        socket.SetRawSocketOption((int)SocketOptionLevel.IP, BindAddressNoPort, [1, 0, 0, 0]);
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + index)]), 0));
    }

    /// <summary>Reads the response's head; frames may follow it at once.</summary>
    TClient Accept<TClient>(Socket socket, Func<Socket, TClient> create)
        where TClient : WebSocketClient
    {
        var length = 0;
        int end;
        while ((end = _response.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var received = socket.Receive(_response, length, _response.Length - length, SocketFlags.None);
            length += received > 0 ? received : throw new LoadFault("the server closed the connection in the handshake");
        }

        var head = Encoding.ASCII.GetString(_response, 0, end);
        if (!head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal) || !head.Contains(Answer, StringComparison.Ordinal))
            throw new LoadFault($"the server refused the handshake: {head.Split('\r')[0]}");

        var client = create(socket);
        client.Consume(_response.AsSpan((end + 4)..length));
        return client;
    }

    static IPAddress Resolve(string host) =>
        IPAddress.TryParse(host, out var address) ? address : Dns.GetHostAddresses(host)[0];
}
