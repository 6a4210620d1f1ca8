using System.Net.Sockets;
using System.Text;

namespace Gateway.Testing;

/// <summary>
/// Buffered reading that takes nothing off the connection until all that was asked for is there:
/// a read that ran out of time can be tried again.
/// </summary>
sealed class WireReader(Stream stream)
{
    byte[] _buffer = new byte[16 * 1024];
    int _start;
    int _end;

    /// <summary>How the connection ended, once reading has met its end.</summary>
    public WireEnd End { get; private set; }

    /// <summary>What has arrived and was not taken.</summary>
    public ReadOnlySpan<byte> Buffered => _buffer.AsSpan(_start.._end);

    /// <summary>Waits for that many bytes; false if the connection ends before.</summary>
    public async Task<bool> HasAsync(int count, CancellationToken cancellation)
    {
        while (_end - _start < count)
        {
            if (!await FillAsync(cancellation))
                return false;
        }

        return true;
    }

    /// <summary>Takes bytes that are <see cref="Buffered"/>.</summary>
    public byte[] Take(int count)
    {
        var taken = Buffered[..count].ToArray();
        _start += count;
        return taken;
    }

    /// <summary>Takes a line without its CRLF; null if the connection ends before.</summary>
    public async Task<string?> LineAsync(CancellationToken cancellation)
    {
        int length;
        while ((length = Buffered.IndexOf("\r\n"u8)) < 0)
        {
            if (!await FillAsync(cancellation))
                return null;
        }

        return Encoding.Latin1.GetString(Take(length + 2)[..length]);
    }

    /// <summary>Takes everything up to the connection's end.</summary>
    public async Task<byte[]> RestAsync(CancellationToken cancellation)
    {
        while (await FillAsync(cancellation))
        {
        }

        return Take(Buffered.Length);
    }

    async Task<bool> FillAsync(CancellationToken cancellation)
    {
        if (End != WireEnd.None)
            return false;

        MakeRoom();
        try
        {
            var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            _end += count;
            if (count == 0)
                End = WireEnd.EndOfStream;
        }
        catch (IOException e) when (e.InnerException is SocketException
        { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted })
        {
            End = WireEnd.Reset;
        }

        return End == WireEnd.None;
    }

    void MakeRoom()
    {
        if (_end < _buffer.Length)
            return;

        var rest = Buffered;
        var larger = rest.Length > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
        rest.CopyTo(larger);
        (_buffer, _start, _end) = (larger, 0, rest.Length);
    }
}
