using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Core.Storage;

/// <summary>Writes a snapshot's content in checksummed blocks; its head comes last.</summary>
sealed class SnapshotWriter(LogFiles files, SafeFileHandle file) : Stream
{
    readonly byte[] _block = new byte[SnapshotFile.BlockBytes + SnapshotFile.ChecksumBytes];
    int _filled;
    uint _number;
    long _offset = SnapshotFile.HeadBytes;
    long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>Completes the content and brings all of it to the disk.</summary>
    /// <returns>The length of the file.</returns>
    public long Complete(long position)
    {
        WriteBlock();
        files.Write(file, [new SnapshotFile(position, _length).ToBytes()], 0);
        files.Sync(file);
        return _offset;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _length += buffer.Length;
        while (buffer.Length > 0)
        {
            int count = Math.Min(buffer.Length, SnapshotFile.BlockBytes - _filled);
            buffer[..count].CopyTo(_block.AsSpan(_filled));
            _filled += count;
            buffer = buffer[count..];
            if (_filled == SnapshotFile.BlockBytes)
                WriteBlock();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void WriteByte(byte value) => Write([value]);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    void WriteBlock()
    {
        if (_filled == 0)
            return;
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(_filled), Crc32C.Of(_block.AsSpan(0, _filled), _number++));
        int bytes = _filled + SnapshotFile.ChecksumBytes;
        files.Write(file, [_block.AsMemory(0, bytes)], _offset);
        _offset += bytes;
        _filled = 0;
    }
}
