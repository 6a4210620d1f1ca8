using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Testing;

/// <summary>
/// A connection to a server, byte by byte: what a library would tidy up can be sent, and what it would hide can be seen.
/// It reads only while a read is awaited; a test that awaits none is a stalled reader.
/// </summary>
/// <remarks>
/// Every wait ends after 30 seconds, or the limit given, with a <see cref="TimeoutException"/> that says what was awaited.
/// A frame that was awaited too briefly can be awaited again.
/// </remarks>
public sealed class WireClient : IAsyncDisposable
{
    readonly Socket _socket;
    readonly Stream _stream;
    readonly WireReader _reader;
    readonly string _host;

    // A TLS stream takes one write at a time, and a reader that answers pings writes as well.
    readonly SemaphoreSlim _sending = new(1);

    WireClient(Socket socket, Stream stream, string host)
    {
        _socket = socket;
        _stream = stream;
        _host = host;
        _reader = new WireReader(stream);
    }

    /// <summary>Whether <see cref="ReadMessageAsync"/> answers pings; false plays a client that has stopped answering.</summary>
    public bool AnswerPings { get; set; } = true;

    /// <summary>Connects; of the address only host and port, or the Unix socket, are used.</summary>
    /// <param name="address">
    /// For example <c>http://127.0.0.1:8080</c> or <c>http://unix:/run/gateway.sock</c>; with <c>https</c> by TLS, whatever
    /// the server's certificate.
    /// </param>
    /// <param name="receiveBufferSize">A small one makes a stalled reader felt by the server early.</param>
    public static async Task<WireClient> ConnectAsync(Uri address, int? receiveBufferSize = null)
    {
        var socket = WireAddress.Socket(address);
        try
        {
            // The window is announced with the connection: later is too late.
            if (receiveBufferSize is { } size)
                socket.ReceiveBufferSize = size;

            await Deadline.WithinAsync(null, $"a connection to {address}", cancellation =>
                socket.ConnectAsync(WireAddress.EndPoint(address), cancellation).AsTask());
            var stream = new NetworkStream(socket, ownsSocket: true);
            return new WireClient(socket, WireAddress.IsTls(address) ? await EncryptAsync(stream) : stream, WireAddress.Host(address));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends bytes as they are.</summary>
    public Task SendAsync(ReadOnlyMemory<byte> bytes, TimeSpan? limit = null) =>
        Deadline.WithinAsync(limit, $"the server to take {bytes.Length} bytes", cancellation =>
            WriteAsync(bytes, cancellation));

    /// <summary>Sends ASCII text as it is; line ends are the caller's.</summary>
    public Task SendAsync(string ascii, TimeSpan? limit = null) => SendAsync(Encoding.ASCII.GetBytes(ascii), limit);

    /// <summary>Sends a request and reads its response.</summary>
    /// <param name="method">For example <c>POST</c>.</param>
    /// <param name="target">Sent as it is, never tidied.</param>
    /// <param name="body">UTF-8 text, sent with its Content-Length.</param>
    /// <param name="headers">Each takes the place of the client's own of that name; a null value leaves it out.</param>
    public async Task<HttpReply> RequestAsync(
        string method, string target, string? body = null, params (string Name, string? Value)[] headers)
    {
        var bytes = Encoding.UTF8.GetBytes(body ?? "");
        (string, string?)[] own = body is null ? [("Host", _host)] : [("Host", _host), ("Content-Length", $"{bytes.Length}")];
        await SendAsync((byte[])[.. HttpHead.Encode(method, target, own, headers), .. bytes]);
        return await ReadReplyAsync(toHead: method == "HEAD");
    }

    /// <summary>Asks for a WebSocket and returns the answer, which may be a refusal.</summary>
    /// <inheritdoc cref="RequestAsync" path="/param"/>
    /// <exception cref="InvalidDataException">The server agrees (101) without the Sec-WebSocket-Accept that belongs to the key.</exception>
    public async Task<HttpReply> UpgradeAsync(string target, params (string Name, string? Value)[] headers)
    {
        var all = HttpHead.Merge(
            [
                ("Upgrade", "websocket"),
                ("Connection", "Upgrade"),
                ("Sec-WebSocket-Key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(16))),
                ("Sec-WebSocket-Version", "13"),
            ],
            headers);
        var reply = await RequestAsync("GET", target, body: null, all);

        var key = all.FirstOrDefault(header => header.Name.Equals("Sec-WebSocket-Key", StringComparison.OrdinalIgnoreCase)).Value;
        var expected = AcceptFor(key ?? "");
        if (reply.Status == 101 && reply.Header("Sec-WebSocket-Accept") != expected)
            throw new InvalidDataException($"Sec-WebSocket-Accept is {reply.Header("Sec-WebSocket-Accept")}, not {expected}.");
        return reply;
    }

    /// <summary>Reads a response.</summary>
    /// <param name="toHead">The request was a HEAD, so no body follows.</param>
    /// <param name="limit">30 seconds unless given.</param>
    /// <exception cref="EndOfStreamException">The connection ended before the response did.</exception>
    public Task<HttpReply> ReadReplyAsync(bool toHead = false, TimeSpan? limit = null) =>
        Deadline.WithinAsync(limit, "an HTTP response", cancellation => HttpReplyReader.ReadAsync(_reader, toHead, cancellation));

    /// <summary>Reads the next chunk of a chunked body, whose head was read with <c>toHead</c>; empty at its end.</summary>
    /// <exception cref="EndOfStreamException">The connection ended before the body did.</exception>
    public Task<byte[]> ReadChunkAsync(TimeSpan? limit = null) =>
        Deadline.WithinAsync(limit, "a chunk", cancellation => HttpReplyReader.ChunkAsync(_reader, cancellation));

    /// <summary>Takes that many bytes as they are.</summary>
    /// <exception cref="EndOfStreamException">The connection ended before.</exception>
    public Task<byte[]> ReadBytesAsync(int count, TimeSpan? limit = null) =>
        Deadline.WithinAsync(limit, $"{count} bytes", async cancellation => await _reader.HasAsync(count, cancellation)
            ? _reader.Take(count)
            : throw new EndOfStreamException($"The connection ended ({_reader.End}) before {count} bytes had come."));

    /// <summary>Sends one frame, right or wrong.</summary>
    public Task SendFrameAsync(WireOpcode opcode, ReadOnlyMemory<byte> payload, bool fin = true, bool mask = true, int rsv = 0) =>
        SendAsync(WireFraming.Encode(opcode, payload.Span, fin, mask, rsv));

    /// <summary>Sends a text message in one frame.</summary>
    public Task SendTextAsync(string text) => SendFrameAsync(WireOpcode.Text, Encoding.UTF8.GetBytes(text));

    /// <summary>Sends text messages, each in one frame, all in one write.</summary>
    public Task SendTextsAsync(IEnumerable<string> texts) => SendAsync((byte[])[.. texts.SelectMany(text =>
        WireFraming.Encode(WireOpcode.Text, Encoding.UTF8.GetBytes(text), fin: true, mask: true, rsv: 0))]);

    /// <summary>Sends a binary message in one frame.</summary>
    public Task SendBinaryAsync(ReadOnlyMemory<byte> payload) => SendFrameAsync(WireOpcode.Binary, payload);

    /// <summary>Sends a Close; without a code its body is empty, whatever the reason.</summary>
    public Task SendCloseAsync(int? code = 1000, string reason = "") =>
        SendFrameAsync(WireOpcode.Close, code is { } value ? [(byte)(value >> 8), (byte)value, .. Encoding.UTF8.GetBytes(reason)] : (byte[])[]);

    /// <summary>Reads the next frame as it is, whatever it is; at the connection's end one that tells how it ended.</summary>
    public Task<WireFrame> ReadFrameAsync(TimeSpan? limit = null) =>
        Deadline.WithinAsync(limit, "a frame", cancellation => WireFraming.ReadAsync(_reader, cancellation));

    /// <summary>
    /// Reads the next message, put together from its frames, past pings and pongs.
    /// A Close and the connection's end are returned as by <see cref="ReadFrameAsync"/>.
    /// </summary>
    public Task<WireFrame> ReadMessageAsync(TimeSpan? limit = null) =>
        Deadline.WithinAsync(limit, "a message", MessageAsync);

    /// <summary>Reads whatever is still to come, up to the connection's end.</summary>
    public Task<(byte[] Bytes, WireEnd End)> ReadToEndAsync(TimeSpan? limit = null) =>
        Deadline.WithinAsync(limit, "the connection's end", async cancellation =>
            (await _reader.RestAsync(cancellation), _reader.End));

    /// <summary>Resets the connection (RST), as the loss of a client does.</summary>
    public void Reset() => _socket.Close(timeout: 0);

    /// <summary>Closes the connection without a WebSocket Close.</summary>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    static async Task<Stream> EncryptAsync(NetworkStream stream)
    {
        // The certificate is of the test's own making: what matters is what passes through.
#pragma warning disable CA5359
        var tls = new SslStream(stream, leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await Deadline.WithinAsync(null, "the TLS handshake", cancellation =>
            tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellation));
        return tls;
    }

    async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation);
        try
        {
            await _stream.WriteAsync(bytes, cancellation);
        }
        finally
        {
            _sending.Release();
        }
    }

    async Task<WireFrame> MessageAsync(CancellationToken cancellation)
    {
        var payload = new MemoryStream();
        WireFrame? first = null;
        while (true)
        {
            var frame = await WireFraming.ReadAsync(_reader, cancellation);
            if (frame.Opcode is WireOpcode.End or WireOpcode.Close)
                return frame;

            if (frame.Opcode is WireOpcode.Ping && AnswerPings)
                await SendFrameAsync(WireOpcode.Pong, frame.Payload);
            if (frame.Opcode is WireOpcode.Ping or WireOpcode.Pong)
                continue;

            first ??= frame;
            payload.Write(frame.Payload);
            if (frame.Fin)
                return new WireFrame { Opcode = first.Opcode, Rsv = first.Rsv, Payload = payload.ToArray() };
        }
    }

    static string AcceptFor(string key) => Convert.ToBase64String(HashForHandshake(key));

    // RFC 6455 prescribes SHA-1 and this constant; nothing is protected by it.
#pragma warning disable CA5350
    static byte[] HashForHandshake(string key) =>
        SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
#pragma warning restore CA5350
}
