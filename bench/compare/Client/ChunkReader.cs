using Gateway.Benchmarks.Load;

namespace Gateway.Compare.Client;

/// <summary>Takes a body in chunks apart as it comes, in pieces of any size.</summary>
struct ChunkReader
{
    long _left;
    long _size;
    bool _inSize;
    bool _started;

    /// <summary>Finds the next piece of the body; false when <paramref name="data"/> is used up.</summary>
    /// <param name="data">What has come; it is moved behind what was read.</param>
    /// <param name="piece">Bytes of the body.</param>
    internal bool Read(scoped ref ReadOnlySpan<byte> data, scoped ref ReadOnlySpan<byte> piece)
    {
        while (_left == 0)
        {
            if (data.IsEmpty)
                return false;
            ReadSize(data[0]);
            data = data[1..];
        }

        int length = (int)Math.Min(_left, data.Length);
        piece = data[..length];
        data = data[length..];
        _left -= length;
        return length > 0;
    }

    // A line end, the size in hexadecimal, a line end; the first has no line end before it.
    void ReadSize(byte next)
    {
        if (!_started || _inSize)
        {
            (_started, _inSize) = (true, true);
            if (next == '\n')
                (_left, _size, _inSize) = (_size, 0, false);
            else if (next != '\r')
                _size = (_size * 16) + Digit(next);
        }
        else
        {
            _inSize = next == '\n';
        }
    }

    static int Digit(byte letter) =>
        char.IsAsciiHexDigit((char)letter) ? Convert.ToInt32(((char)letter).ToString(), 16) : throw new LoadFault("the server's chunks are malformed");
}
