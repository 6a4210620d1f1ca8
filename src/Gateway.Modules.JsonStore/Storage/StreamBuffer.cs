using System.Buffers;

namespace Gateway.Modules.JsonStore.Storage;

/// <summary>Lets a stream be written by those who write to a buffer. Whatever is advanced is written at once.</summary>
sealed class StreamBuffer(Stream stream) : IBufferWriter<byte>
{
    byte[] _buffer = new byte[64 << 10];

    public void Advance(int count) => stream.Write(_buffer, 0, count);

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_buffer.Length < sizeHint)
            _buffer = new byte[sizeHint];
        return _buffer;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
