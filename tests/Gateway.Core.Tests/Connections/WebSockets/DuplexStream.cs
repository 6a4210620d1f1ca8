namespace Gateway.Core.Tests.Connections.WebSockets;

/// <summary>A connection whose other end has already said all it will, and which remembers what is written to it.</summary>
sealed class DuplexStream(byte[] incoming) : Stream
{
    readonly MemoryStream _incoming = new(incoming);
    readonly MemoryStream _outgoing = new();
    readonly TaskCompletionSource _firstWrite = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task FirstWrite => _firstWrite.Task;

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public byte[] Written()
    {
        lock (_outgoing)
            return _outgoing.ToArray();
    }

    public override int Read(byte[] buffer, int offset, int count) => _incoming.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count)
    {
        lock (_outgoing)
            _outgoing.Write(buffer, offset, count);
        _firstWrite.TrySetResult();
    }

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
