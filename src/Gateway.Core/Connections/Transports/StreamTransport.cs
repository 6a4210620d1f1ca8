using System.Buffers;

namespace Gateway.Core.Connections.Transports;

/// <summary>Sends and reads through the request's stream: for TLS, HTTP/2 and systems without a socket of their own.</summary>
sealed class StreamTransport(Stream stream, Action abort) : ITransport
{
    public Action? Writable { private get; set; }

    public bool TrySend(ReadOnlySpan<byte> bytes, out int taken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(buffer);
        taken = bytes.Length;
        var writing = WriteAsync(buffer, bytes.Length);
        if (writing.IsCompleted)
        {
            writing.GetAwaiter().GetResult();
            return true;
        }
        _ = WritableNotice.GiveAfterAsync(writing, Writable);
        return false;
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
        // A request's stream has no half-close: the client sees the end when the request ends.
    }

    public void Close()
    {
        // The end of the request does that.
    }

    public void Abort() => abort();

    async ValueTask WriteAsync(byte[] buffer, int length)
    {
        try
        {
            await stream.WriteAsync(buffer.AsMemory(0, length)).ConfigureAwait(false);
            await stream.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException)
        {
            throw new IOException("The request has ended.", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
