using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gateway.Benchmarks.Load;

/// <summary>Sends numbered messages on the channel, and checks its own echo as any subscriber does.</summary>
sealed class Publisher(Socket socket, int messageLength) : Subscriber(socket, messageLength)
{
    readonly byte[] _message = Padding(messageLength);
    byte[] _pending = new byte[64 * 1024];
    int _pendingLength;

    /// <summary>The number of the last message.</summary>
    internal long Sent { get; private set; }

    /// <summary>Whether the server has not taken all of it yet.</summary>
    internal bool IsBlocked => _pendingLength > 0;

    internal void PublishProbe()
    {
        Append(Probe);
        Flush();
    }

    /// <summary>Adds a message to what the next flush sends.</summary>
    internal void Publish() => Append(++Sent);

    /// <summary>Sends as much as the server takes without making us wait, for the subscribers must be read meanwhile.</summary>
    internal void Flush()
    {
        if (_pendingLength == 0)
            return;

        var sent = Libc.Send(Descriptor, _pending.AsSpan(0, _pendingLength));
        if (sent < 0 && Marshal.GetLastPInvokeError() != Libc.TryAgain)
            throw new LoadFault("the server closed the publisher's connection");
        if (sent <= 0)
            return;

        _pending.AsSpan(sent, _pendingLength - sent).CopyTo(_pending);
        _pendingLength -= sent;
    }

    protected override void SendControl(ReadOnlySpan<byte> frame)
    {
        Reserve(frame.Length);
        frame.CopyTo(_pending.AsSpan(_pendingLength));
        _pendingLength += frame.Length;
        Flush();
    }

    void Append(long sequence)
    {
        Reserve(_message.Length + Frame.Overhead);
        Stamp.Now(sequence).Write(_message);
        _pendingLength += Frame.Write(_pending.AsSpan(_pendingLength), Frame.Text, _message);
    }

    void Reserve(int length)
    {
        if (_pending.Length - _pendingLength < length)
            Array.Resize(ref _pending, Math.Max(_pending.Length * 2, _pendingLength + length));
    }

    static byte[] Padding(int length)
    {
        var message = new byte[length];
        message.AsSpan().Fill((byte)'.');
        return message;
    }
}
