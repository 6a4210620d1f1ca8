using System.Buffers.Binary;
using Gateway.Benchmarks.Load;

namespace Gateway.Compare.Client;

/// <summary>Takes a server's frames apart as they come, in pieces of any size. It keeps a few bytes and no buffer.</summary>
struct WebSocketReader
{
    const int Control = 8;

    ulong _headerLow;
    ushort _headerHigh;
    byte _headerLength;
    byte _opcode;
    long _left;

    /// <summary>Finds the next piece of a payload; false when <paramref name="data"/> is used up.</summary>
    /// <param name="data">What has come; it is moved behind what was read.</param>
    /// <param name="piece">Bytes of a message or of a control frame's body.</param>
    /// <param name="control">The control frame's opcode; 0 for a message.</param>
    internal bool Read(scoped ref ReadOnlySpan<byte> data, scoped ref ReadOnlySpan<byte> piece, out int control)
    {
        control = 0;
        if (_left == 0 && !ReadHeader(ref data))
            return false;
        int length = (int)Math.Min(_left, data.Length);
        piece = data[..length];
        data = data[length..];
        _left -= length;
        control = _opcode < Control ? 0 : _opcode;
        return length > 0 || _left == 0;
    }

    bool ReadHeader(ref ReadOnlySpan<byte> data)
    {
        // Nearly always the whole header is there.
        if (_headerLength == 0 && data.Length >= 2 && data[1] < 126)
        {
            Check(data[0]);
            _left = data[1];
            data = data[2..];
            return true;
        }

        while (!data.IsEmpty)
        {
            Keep(data[0]);
            data = data[1..];
            if (_headerLength >= 2 && _headerLength == HeaderLength)
            {
                Finish();
                return true;
            }
        }

        return false;
    }

    readonly int HeaderLength => (byte)(_headerLow >> 8) switch { 126 => 4, 127 => 10, _ => 2 };

    void Keep(byte value)
    {
        if (_headerLength < 8)
            _headerLow |= (ulong)value << (8 * _headerLength);
        else
            _headerHigh |= (ushort)(value << (8 * (_headerLength - 8)));
        _headerLength++;
    }

    void Finish()
    {
        Span<byte> header = stackalloc byte[10];
        BinaryPrimitives.WriteUInt64LittleEndian(header, _headerLow);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], _headerHigh);
        Check(header[0]);
        _left = header[1] switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(header[2..]),
            127 => BinaryPrimitives.ReadInt64BigEndian(header[2..]),
            var length => length,
        };
        (_headerLow, _headerHigh, _headerLength) = (0, 0, 0);
    }

    void Check(byte first)
    {
        if ((first & 0x70) != 0)
            throw new LoadFault("the server used a WebSocket extension that nobody asked for");
        _opcode = (byte)(first & 0x0f);
    }
}
