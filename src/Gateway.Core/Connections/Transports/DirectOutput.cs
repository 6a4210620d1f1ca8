using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Core.Connections.Transports;

/// <summary>
/// The web server's output for one plain connection: it sends on the socket as soon as it is flushed, on the flusher's
/// own thread. So when a handshake's answer has been flushed it is on the wire, and whoever sends on the same socket
/// from then on comes after it.
/// </summary>
abstract class DirectOutput(ConnectionContext connection) : PipeWriter
{
    const int BufferBytes = 4096;

    byte[] _buffer = [];
    int _length;
    bool _completed;
    CancellationTokenSource? _flushing;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _length;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        int needed = _length + Math.Max(sizeHint, 1);
        if (needed > _buffer.Length)
            Grow(Math.Max(needed, BufferBytes));
        return _buffer.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes) => _length += bytes;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_length == 0)
            return new(new FlushResult(isCanceled: false, isCompleted: _completed));
        try
        {
            return TrySend(_buffer.AsSpan(0, _length), out int sent) ? new(Flushed()) : FlushRestAsync(sent, cancellationToken);
        }
        catch (IOException e)
        {
            return new(Failed(e));
        }
    }

    public override void CancelPendingFlush() => Volatile.Read(ref _flushing)?.Cancel();

    /// <summary>The server flushes what it means to send; what it has not flushed when it completes is nobody's.</summary>
    public override void Complete(Exception? exception = null)
    {
        _completed = true;
        // A flush that still waits sends from the buffer, and releases it when it ends.
        if (Volatile.Read(ref _flushing) == null)
            ReleaseBuffer();
    }

    /// <summary>Sends what fits. False when there is no room for the rest.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    protected abstract bool TrySend(ReadOnlySpan<byte> bytes, out int sent);

    /// <summary>Sends some of the bytes as soon as there is room.</summary>
    protected abstract ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    async ValueTask<FlushResult> FlushRestAsync(int sent, CancellationToken cancellation)
    {
        using var flushing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Volatile.Write(ref _flushing, flushing);
        try
        {
            while (sent < _length)
                sent += await SendAsync(_buffer.AsMemory(sent, _length - sent), flushing.Token).ConfigureAwait(false);
            return Flushed();
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Nobody knows how much of a cancelled send has left: the connection is of no use any more.
            return Failed(e);
        }
        finally
        {
            Volatile.Write(ref _flushing, null);
        }
    }

    FlushResult Flushed()
    {
        ReleaseBuffer();
        return new FlushResult(isCanceled: false, _completed);
    }

    // The reader is gone: that is how a pipe says it.
    FlushResult Failed(Exception exception)
    {
        ReleaseBuffer();
        _completed = true;
        connection.Abort(new ConnectionAbortedException("The client is gone.", exception));
        return new FlushResult(isCanceled: false, isCompleted: true);
    }

    void Grow(int size)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(size, _buffer.Length * 2));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        int length = _length;
        ReleaseBuffer();
        (_buffer, _length) = (larger, length);
    }

    void ReleaseBuffer()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _length) = ([], 0);
    }
}
