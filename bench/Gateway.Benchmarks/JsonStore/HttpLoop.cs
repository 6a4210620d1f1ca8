using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Benchmarks.Load;

namespace Gateway.Benchmarks.JsonStore;

/// <summary>A keep-alive connection that sends one request after the other, with as little work as possible.</summary>
sealed class HttpLoop : IDisposable
{
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly byte[] _reply = new byte[4096];

    public HttpLoop(IPEndPoint address) => _socket.Connect(address);

    /// <summary>Encodes a request.</summary>
    public static byte[] Request(string method, string target, string body) =>
        Encoding.ASCII.GetBytes($"{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {Encoding.ASCII.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>Sends a request and reads the reply, which must be a success and come in one piece, as small ones do.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> request)
    {
        while (!request.IsEmpty)
            request = request[await _socket.SendAsync(request)..];
        int read = await _socket.ReceiveAsync(_reply);
        if (!_reply.AsSpan(0, read).StartsWith("HTTP/1.1 2"u8))
            throw new LoadFault($"the gateway answered {Encoding.ASCII.GetString(_reply, 0, Math.Min(read, 200))}");
    }

    public void Dispose() => _socket.Dispose();
}
