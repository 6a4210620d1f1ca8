using System.Net.Sockets;
using System.Text;
using Gateway.Benchmarks.Load;

namespace Gateway.Benchmarks.Streams;

/// <summary>A client that costs little: blocking calls on a socket, nothing parsed that need not be.</summary>
sealed class StreamClient(Uri address) : IDisposable
{
    const int PieceBytes = 64 * 1024;

    readonly Socket _socket = Connect(address);
    readonly byte[] _buffer = new byte[256 * 1024];
    int _excess;

    /// <summary>Begins a stream and waits for 201.</summary>
    internal void Begin(string id, long? length)
    {
        string body = length is { } bytes ? $"Content-Length: {bytes}" : "Transfer-Encoding: chunked";
        Send($"POST /stream/{id}?force=true HTTP/1.1\r\nHost: x\r\n{body}\r\n\r\n");
        ReadHead("201");
    }

    /// <summary>Asks for a stream and waits for the head of the answer.</summary>
    internal void Get(string id)
    {
        Send($"GET /stream/{id} HTTP/1.1\r\nHost: x\r\n\r\n");
        ReadHead("200");
    }

    internal void SendBody(long bytes, bool chunked)
    {
        byte[] piece = [.. Encoding.ASCII.GetBytes($"{PieceBytes:x}\r\n"), .. new byte[PieceBytes], (byte)'\r', (byte)'\n'];
        int frame = piece.Length - PieceBytes - 2;
        for (long left = bytes; left > 0; left -= PieceBytes)
        {
            int size = (int)Math.Min(left, PieceBytes);
            if (!chunked)
                SendAll(piece.AsSpan(frame, size));
            else if (size == PieceBytes)
                SendAll(piece);
            else
                SendAll([.. Encoding.ASCII.GetBytes($"{size:x}\r\n"), .. new byte[size], (byte)'\r', (byte)'\n']);
        }
        if (chunked)
            SendEnd();
    }

    /// <summary>Reads until all bytes of a body, with whatever frames it, have come.</summary>
    internal void ReadBody(long bytes)
    {
        // A live body is in chunks: its end can be told from zeros.
        for (long read = _excess; ;)
        {
            int got = Receive();
            read += got;
            if (read >= bytes && (read == bytes || _buffer.AsSpan(0, got).EndsWith("0\r\n\r\n"u8)))
                return;
        }
    }

    internal void SendLine() => Send("5\r\nline\n\r\n");

    internal void SendEnd() => Send("0\r\n\r\n");

    internal void ReadSome() => Receive();

    /// <summary>Waits for the end of an answer in chunks.</summary>
    internal void ReadEnd()
    {
        while (!_buffer.AsSpan(0, Receive()).EndsWith("0\r\n\r\n"u8))
        {
        }
    }

    public void Dispose() => _socket.Dispose();

    static Socket Connect(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address.Host, address.Port);
        return socket;
    }

    void ReadHead(string status)
    {
        int end = 0;
        int head;
        while ((head = _buffer.AsSpan(0, end).IndexOf("\r\n\r\n"u8)) < 0)
            end += _socket.Receive(_buffer.AsSpan(end));
        if (Encoding.ASCII.GetString(_buffer, 9, 3) != status)
            throw new LoadFault($"expected {status}, got {Encoding.ASCII.GetString(_buffer, 0, head)}");
        _excess = end - head - 4;
    }

    int Receive() => _socket.Receive(_buffer) is > 0 and var read ? read : throw new LoadFault("the gateway closed the connection");

    void Send(string text) => SendAll(Encoding.ASCII.GetBytes(text));

    void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[_socket.Send(bytes)..];
    }
}
