using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gateway.Benchmarks.Load;

/// <summary>
/// One open connection. It owns no receive buffer: it reads into one that all connections share, and keeps only the
/// beginning of a frame whose end has not come yet. By itself it answers pings and ignores messages.
/// </summary>
class WebSocketClient(Socket socket) : IDisposable
{
    byte[] _rest = [];
    int _restLength;

    internal int Descriptor { get; } = (int)socket.Handle;

    /// <summary>Whether the server has ended it.</summary>
    internal bool IsOver { get; set; }

    /// <summary>Reads what has come; false when the connection is over.</summary>
    internal bool Receive(Span<byte> buffer)
    {
        _rest.AsSpan(0, _restLength).CopyTo(buffer);
        var received = Libc.Receive(Descriptor, buffer[_restLength..]);
        return received > 0
            ? Consume(buffer[..(_restLength + received)])
            : received < 0 && Marshal.GetLastPInvokeError() == Libc.TryAgain;
    }

    /// <summary>Takes the whole frames of what has been read and keeps the rest; false when the server says goodbye.</summary>
    internal bool Consume(ReadOnlySpan<byte> data)
    {
        OnRead();
        while (Frame.TryRead(data, out var opcode, out var start, out var end))
        {
            if (opcode == Frame.Text)
                OnMessage(data[start..end]);
            else if (opcode == Frame.Ping)
                Answer(data[start..end]);
            else if (opcode == Frame.Close)
                return false;
            data = data[end..];
        }

        Keep(data);
        return true;
    }

    public void Dispose()
    {
        socket.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Called before the frames of one read.</summary>
    protected virtual void OnRead()
    {
    }

    /// <summary>Called for each message.</summary>
    protected virtual void OnMessage(ReadOnlySpan<byte> message)
    {
    }

    /// <summary>Sends a control frame; a publisher puts it between its messages.</summary>
    protected virtual void SendControl(ReadOnlySpan<byte> frame) => Libc.Send(Descriptor, frame);

    void Answer(ReadOnlySpan<byte> ping)
    {
        Span<byte> pong = stackalloc byte[125 + Frame.Overhead];
        SendControl(pong[..Frame.Write(pong, Frame.Pong, ping)]);
    }

    void Keep(ReadOnlySpan<byte> rest)
    {
        if (_rest.Length < rest.Length)
            _rest = new byte[rest.Length];
        rest.CopyTo(_rest);
        _restLength = rest.Length;
    }
}
