using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Core.Tests.Redis;

/// <summary>A connection to the embedded endpoint, byte by byte.</summary>
sealed class RespSocket : IAsyncDisposable
{
    readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    public static async Task<RespSocket> ConnectAsync(IPEndPoint address, int? receiveBufferSize = null)
    {
        var client = new RespSocket();
        if (receiveBufferSize is { } size)
            client._socket.ReceiveBufferSize = size;
        await client._socket.ConnectAsync(address);
        return client;
    }

    public Task SendAsync(string ascii) => SendAsync(Encoding.ASCII.GetBytes(ascii));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    /// <summary>The next bytes must be these.</summary>
    public async Task ExpectAsync(string expected)
    {
        string received = await ReadAsync(text => text.Length == expected.Length);
        Assert.Equal(expected, received);
    }

    /// <summary>Reads, byte by byte, until what has been read is enough, or the connection ends.</summary>
    public async Task<string> ReadAsync(Func<string, bool> enough)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var text = new StringBuilder();
        byte[] one = new byte[1];
        while (!enough(text.ToString()) && await _socket.ReceiveAsync(one, limit.Token) > 0)
            text.Append((char)one[0]);
        return text.ToString();
    }

    public Task<string> ReadToEndAsync() => ReadAsync(_ => false);

    public void Reset() => _socket.Close(timeout: 0);

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
