namespace Gateway.Core.Redis;

/// <summary>
/// A connection to Redis without the messages of those subscriptions that are ours: these are delivered as they come, and
/// the client library reads the rest. Read by one at a time, as every stream.
/// </summary>
/// <param name="inner">The connection.</param>
/// <param name="subscribers">Who gets the messages.</param>
/// <param name="isSubscriber">Whether it is the connection for subscriptions.</param>
sealed class MessageStream(Stream inner, RedisSubscribers subscribers, bool isSubscriber) : Stream
{
    const int BufferBytes = 16 * 1024;

    // After something large, a buffer of more than this is let go.
    const int KeptBytes = 1024 * 1024;

    byte[] _buffer = new byte[BufferBytes];
    int _start;
    int _end;

    // So many bytes from the start on are the library's.
    int _passed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int passed;
        while ((passed = Pass(buffer.Span)) == 0 && !buffer.IsEmpty)
        {
            int read = await inner.ReadAsync(MakeRoom(), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                break;
            _end += read;
        }
        return passed;
    }

    public override int Read(Span<byte> buffer)
    {
        int passed;
        while ((passed = Pass(buffer)) == 0 && !buffer.IsEmpty)
        {
            int read = inner.Read(MakeRoom().Span);
            if (read == 0)
                break;
            _end += read;
        }
        return passed;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    // Delivers what is a message, up to the first value that is not, and copies that; 0 = there is nothing more that is whole.
    int Pass(Span<byte> buffer)
    {
        while (_passed == 0 && RespFrame.Measure(_buffer.AsSpan(_start.._end)) is > 0 and var length)
        {
            if (RespFrame.TryReadMessage(_buffer.AsSpan(_start, length), isSubscriber, out var name, out var payload) && subscribers.TryDeliver(name, payload))
                _start += length;
            else
                _passed = length;
        }
        int count = Math.Min(_passed, buffer.Length);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        _passed -= count;
        return count;
    }

    // A value that is not whole moves to the beginning; one that fills the buffer gets a larger one.
    Memory<byte> MakeRoom()
    {
        int kept = _end - _start;
        var target = kept == _buffer.Length ? new byte[2 * kept]
            : kept < BufferBytes && _buffer.Length > KeptBytes ? new byte[BufferBytes]
            : _buffer;
        _buffer.AsSpan(_start, kept).CopyTo(target);
        (_buffer, _start, _end) = (target, 0, kept);
        return _buffer.AsMemory(_end);
    }
}
