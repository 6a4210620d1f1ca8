using System.Buffers;
using System.Net.Sockets;

namespace Gateway.Core.Connections.Transports;

/// <summary>
/// Sends on the connection's own socket, past the web server, which is what makes a delivery cost little more than the
/// system call. Only for plain connections whose earlier output is already on the wire: <see cref="SocketOutput"/>
/// sees to that. Reading stays with the request's stream.
/// </summary>
sealed class SocketTransport(Socket socket, Stream stream, Action abort) : ITransport
{
    /// <summary>
    /// How much of what the kernel does not take at once is handed to the asynchronous send that waits for room: small,
    /// since it is memory that a stalled client holds.
    /// </summary>
    const int WaitingBytes = 4096;

    public Action? Writable { private get; set; }

    public bool TrySend(ReadOnlySpan<byte> bytes, out int taken)
    {
        taken = 0;
        while (taken < bytes.Length)
        {
            int sent = Send(bytes[taken..], out var error);
            if (error == SocketError.WouldBlock)
            {
                int waiting = Math.Min(WaitingBytes, bytes.Length - taken);
                taken += waiting;
                if (!SendWhenWritable(bytes.Slice(taken - waiting, waiting)))
                    return false;
            }
            else if (error != SocketError.Success)
            {
                throw new IOException($"The socket refused to send: {error}.");
            }
            taken += sent;
        }
        return true;
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        stream.ReadAsync(buffer, cancellation);

    public bool InterruptsReads => false;

    public void Interrupt()
    {
        // Reads have tokens.
    }

    // A send will tell.
    public bool ClientHasEnded => false;

    public void EndSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client was faster.
        }
    }

    public void Close()
    {
        // The end of the request does that.
    }

    public void Abort() => abort();

    int Send(ReadOnlySpan<byte> bytes, out SocketError error)
    {
        try
        {
            return socket.Send(bytes, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("The socket is closed.", e);
        }
    }

    // True when the kernel had room after all.
    bool SendWhenWritable(ReadOnlySpan<byte> bytes)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(buffer);
        var sending = SendAllAsync(buffer, bytes.Length);
        if (sending.IsCompletedSuccessfully)
            return true;
        _ = WritableNotice.GiveAfterAsync(sending, Writable);
        return false;
    }

    async ValueTask SendAllAsync(byte[] buffer, int length)
    {
        try
        {
            for (int sent = 0; sent < length;)
                sent += await socket.SendAsync(buffer.AsMemory(sent, length - sent), SocketFlags.None).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
