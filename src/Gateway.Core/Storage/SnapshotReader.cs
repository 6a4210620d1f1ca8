using System.Buffers.Binary;

namespace Gateway.Core.Storage;

/// <summary>A snapshot's content, each block checked before any of it is given away.</summary>
sealed class SnapshotReader : Stream
{
    readonly string _path;
    readonly FileStream _file;
    readonly SnapshotFile _head;
    readonly byte[] _block = new byte[SnapshotFile.BlockBytes + SnapshotFile.ChecksumBytes];
    int _start;
    int _end;
    uint _number;
    long _unread;

    /// <exception cref="LogDamagedException">The head is damaged, or the file is shorter than the head says.</exception>
    public SnapshotReader(string path, long position)
    {
        _path = path;
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        try
        {
            var head = new byte[SnapshotFile.HeadBytes];
            if (!SnapshotFile.TryRead(head.AsSpan(0, _file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)), out _head) || _head.Position != position)
                throw new LogDamagedException(path, 0, $"this is not the head of the snapshot of position {position}");
            if (_head.FileBytes > _file.Length)
                throw new LogDamagedException(path, _file.Length, $"the file ends here and should have {_head.FileBytes} bytes");
        }
        catch
        {
            _file.Dispose();
            throw;
        }
        _unread = _head.Length;
    }

    /// <summary>The length of the file, without what is ignored behind it.</summary>
    public long FileBytes => _head.FileBytes;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _head.Length;

    public override long Position
    {
        get => _head.Length - _unread - (_end - _start);
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_start == _end && _unread > 0)
            ReadBlock();
        int count = Math.Min(buffer.Length, _end - _start);
        _block.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file.Dispose();
        base.Dispose(disposing);
    }

    void ReadBlock()
    {
        long offset = _file.Position;
        int length = (int)Math.Min(SnapshotFile.BlockBytes, _unread);
        _file.ReadExactly(_block, 0, length + SnapshotFile.ChecksumBytes);
        if (Crc32C.Of(_block.AsSpan(0, length), _number++) != BinaryPrimitives.ReadUInt32LittleEndian(_block.AsSpan(length)))
            throw new LogDamagedException(_path, offset, "the checksum of this part of the snapshot is wrong");
        _unread -= length;
        (_start, _end) = (0, length);
    }
}
