using System.Runtime.InteropServices;
using System.Text;
using Gateway.Benchmarks.Load;

namespace Gateway.Compare.Client;

/// <summary>One open connection. It has no receive buffer: it reads from one that all connections share.</summary>
abstract class Connection(int descriptor, Framing framing) : IDisposable
{
    // The answer to the key of RFC 6455's example, which every handshake here sends.
    const string HandshakeAnswer = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    const int LongestHead = 16 * 1024;

    WebSocketReader _frames;
    ChunkReader _chunks;
    Outbox? _outbox;
    byte[] _head = [];
    bool _chunked;

    internal int Descriptor { get; } = descriptor;

    /// <summary>Its place in the loop that reads it.</summary>
    internal int Key { get; set; }

    /// <summary>Whether the server has accepted it.</summary>
    internal bool IsOpen { get; private set; }

    /// <summary>Whether it has ended.</summary>
    internal bool IsOver { get; set; }

    /// <summary>Whether the server has not taken all of what was sent.</summary>
    internal bool IsBlocked => _outbox is { Length: > 0 };

    /// <summary>What is to be sent with the next flush.</summary>
    internal Outbox Outbox => _outbox ??= new();

    /// <summary>Sends the request; where the protocol has none, the connection is open at once.</summary>
    internal void Begin(ReadOnlySpan<byte> request)
    {
        Outbox.Append(request);
        Flush();
        if (framing == Framing.Raw)
            Open();
    }

    /// <summary>Reads what has come; false when the connection is over.</summary>
    internal bool Receive(Span<byte> buffer)
    {
        int received = Libc.Receive(Descriptor, buffer);
        return received > 0 ? Consume(buffer[..received]) : received < 0 && Marshal.GetLastPInvokeError() == Libc.TryAgain;
    }

    /// <summary>Sends as much as the server takes without making us wait.</summary>
    internal void Flush()
    {
        if (_outbox is not { Length: > 0 } outbox)
            return;
        int sent = Libc.Send(Descriptor, outbox.Written);
        if (sent > 0)
            outbox.Take(sent);
        else if (Marshal.GetLastPInvokeError() != Libc.TryAgain && !IsOver)
            throw new LoadFault("the server closed a connection that was to send");
    }

    public void Dispose()
    {
        if (!IsOver)
            _ = Libc.close(Descriptor);
        IsOver = true;
        GC.SuppressFinalize(this);
    }

    /// <summary>Called once the server has accepted it.</summary>
    protected virtual void OnOpen()
    {
    }

    /// <summary>Called before what one read has brought.</summary>
    protected virtual void OnRead()
    {
    }

    /// <summary>Called for each piece of what the server sends, without what is around it.</summary>
    protected virtual void OnPayload(ReadOnlySpan<byte> piece)
    {
    }

    bool Consume(ReadOnlySpan<byte> data)
    {
        OnRead();
        if (!IsOpen && !TryOpen(ref data))
            return true;
        if (framing == Framing.WebSocket)
            return ConsumeFrames(data);
        if (!_chunked)
        {
            OnPayload(data);
            return true;
        }

        ReadOnlySpan<byte> piece = default;
        while (_chunks.Read(ref data, ref piece))
            OnPayload(piece);
        return true;
    }

    bool ConsumeFrames(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> piece = default;
        while (_frames.Read(ref data, ref piece, out int control))
        {
            if (control == 0)
                OnPayload(piece);
            else if (control == Frame.Ping)
                Answer(piece);
            else if (control == Frame.Close)
                return false;
        }

        return true;
    }

    bool TryOpen(ref ReadOnlySpan<byte> data)
    {
        byte[] head = [.. _head, .. data];
        int end = head.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            _head = head.Length < LongestHead ? head : throw new LoadFault("the server's answer has no end");
            return false;
        }

        data = data[(end + 4 - _head.Length)..];
        _head = [];
        CheckHead(Encoding.ASCII.GetString(head, 0, end));
        Open();
        return true;
    }

    void Open()
    {
        IsOpen = true;
        OnOpen();
    }

    void CheckHead(string head)
    {
        bool accepted = framing == Framing.WebSocket
            ? head.StartsWith("HTTP/1.1 101", StringComparison.Ordinal) && head.Contains(HandshakeAnswer, StringComparison.Ordinal)
            : head.StartsWith("HTTP/1.1 2", StringComparison.Ordinal);
        if (!accepted)
            throw new LoadFault($"the server answered {head.Split('\r')[0]}");
        _chunked = head.Contains("transfer-encoding: chunked", StringComparison.OrdinalIgnoreCase);
    }

    void Answer(ReadOnlySpan<byte> ping)
    {
        Span<byte> pong = stackalloc byte[125 + Frame.Overhead];
        Outbox.Append(pong[..Frame.Write(pong, Frame.Pong, ping)]);
        Flush();
    }
}
