using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Host.Streaming;

/// <summary>
/// One HTTP/1.1 request whose body is sent as it comes while its answer is read. The framework's client does not show the
/// answer's head before the body has been sent.
/// </summary>
sealed class StreamExchange : IAsyncDisposable
{
    const int MaxHeadBytes = 64 * 1024;

    readonly Stream _connection;
    readonly byte[] _received = new byte[MaxHeadBytes];
    int _start;
    int _end;

    StreamExchange(Stream connection) => _connection = connection;

    /// <summary>Connects to the address, by TLS where it says https.</summary>
    public static async Task<StreamExchange> ConnectAsync(Uri address, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.DnsSafeHost, address.Port, cancellation).ConfigureAwait(false);
            // A gateway that vanished without a word must not be waited for for ever.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (address.Scheme == Uri.UriSchemeHttps)
                stream = await EncryptAsync(stream, address.DnsSafeHost, cancellation).ConfigureAwait(false);
            return new StreamExchange(stream);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends the request's head.</summary>
    public ValueTask SendHeadAsync(string method, Uri address, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellation)
    {
        var head = new StringBuilder($"{method} {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\n");
        foreach (var (name, value) in headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        return _connection.WriteAsync(Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), cancellation);
    }

    /// <summary>Sends a piece of the body, at once.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> piece)
    {
        byte[] size = Encoding.ASCII.GetBytes(piece.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
        // In one write: a line is one packet.
        byte[] chunk = [.. size, .. piece.Span, (byte)'\r', (byte)'\n'];
        await _connection.WriteAsync(chunk).ConfigureAwait(false);
    }

    /// <summary>Sends the body's end.</summary>
    public ValueTask SendEndAsync() => _connection.WriteAsync("0\r\n\r\n"u8.ToArray());

    /// <summary>Reads the answer's head, past interim ones.</summary>
    public async Task<StreamReply> ReadHeadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            int end;
            while ((end = _received.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
                await ReceiveAsync(cancellation).ConfigureAwait(false);
            var reply = StreamReply.Parse(Encoding.Latin1.GetString(_received, _start, end));
            _start += end + 4;
            if (reply.Status >= 200)
                return reply;
        }
    }

    /// <summary>Waits for the end of an answer that has chunks but no content.</summary>
    /// <exception cref="IOException">The connection ended before.</exception>
    public async Task ReadEndAsync()
    {
        while (_received.AsSpan(_start, _end - _start).IndexOf("0\r\n\r\n"u8) < 0)
            await ReceiveAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>What comes of a body until it looks complete, the time is over or the connection ends.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadBodyAsync(CancellationToken cancellation)
    {
        try
        {
            while (_received.AsSpan(_start, _end - _start).IndexOf((byte)'}') < 0)
                await ReceiveAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // What has come has to do.
        }
        return _received.AsMemory(_start, _end - _start);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    async Task ReceiveAsync(CancellationToken cancellation)
    {
        if (_end == _received.Length)
            throw new IOException("the answer is too long");
        int read = await _connection.ReadAsync(_received.AsMemory(_end), cancellation).ConfigureAwait(false);
        if (read == 0)
            throw new IOException("the gateway closed the connection");
        _end += read;
    }

    static async Task<Stream> EncryptAsync(Stream stream, string host, CancellationToken cancellation)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellation).ConfigureAwait(false);
        return tls;
    }
}
