using System.Buffers.Binary;
using System.IO.Compression;

namespace Gateway.Modules.Streams.Storage;

/// <summary>
/// Inflates a <see cref="GzipFile"/> from any position. One that reads on inflates on; one that jumps begins at the block it
/// jumps into. It holds an inflater, no block. To be used by one caller at a time.
/// </summary>
sealed class GzipReader(SharedFile.Reader file, long bytes) : IDisposable
{
    readonly (long Plain, long Member) _lengths = GzipFile.ReadTail(file.Handle) ?? throw Damaged();
    DeflateStream? _inflater;
    long _position;

    /// <summary>Reads at a position of the plain bytes, as much as there is and fits.</summary>
    public int Read(Span<byte> buffer, long position)
    {
        if (position >= _lengths.Plain)
            return 0;
        try
        {
            if (_inflater == null || position != _position)
                Seek(position);
            int read = _inflater!.Read(buffer);
            _position += read;
            return read;
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _inflater?.Dispose();

    void Seek(long position)
    {
        long block = position / GzipFile.BlockBytes;
        Span<byte> entry = stackalloc byte[sizeof(long)];
        if (file.Read(entry, GzipFile.EntryOf(block, _lengths.Plain, bytes)) != entry.Length)
            throw Damaged();
        _inflater?.Dispose();
        _inflater = new DeflateStream(new FileSection(file, BinaryPrimitives.ReadInt64LittleEndian(entry), _lengths.Member), CompressionMode.Decompress);
        _position = block * GzipFile.BlockBytes;
        Span<byte> skipped = stackalloc byte[4096];
        while (_position < position)
        {
            int read = _inflater.Read(skipped[..(int)Math.Min(skipped.Length, position - _position)]);
            if (read == 0)
                throw Damaged();
            _position += read;
        }
    }

    static InvalidDataException Damaged(Exception? cause = null) => new("The compressed file of a stream is damaged.", cause);
}
