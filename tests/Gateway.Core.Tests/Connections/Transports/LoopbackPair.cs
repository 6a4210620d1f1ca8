using System.Net;
using System.Net.Sockets;

namespace Gateway.Core.Tests.Connections.Transports;

/// <summary>The two ends of a real connection, with small buffers between them.</summary>
sealed class LoopbackPair : IDisposable
{
    const int BufferBytes = 16 * 1024;

    LoopbackPair(Socket server, Socket client) => (Server, Client) = (server, client);

    /// <summary>The gateway's end; does not block.</summary>
    public Socket Server { get; }

    public Socket Client { get; }

    public static async Task<LoopbackPair> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = BufferBytes };
        await client.ConnectAsync(listener.LocalEndPoint!);
        var server = await listener.AcceptAsync();
        server.SendBufferSize = BufferBytes;
        return new(server, client);
    }

    /// <summary>Reads so many bytes at the client's end, with pauses that keep the other end blocked for most of the time.</summary>
    public async Task<byte[]> ReadSlowlyAsync(int bytes)
    {
        var received = new byte[bytes];
        for (int total = 0, round = 0; total < bytes; round++)
        {
            if (round % 64 == 0)
                await Task.Delay(1);
            var read = await Client.ReceiveAsync(received.AsMemory(total, Math.Min(8_192, bytes - total)));
            Assert.NotEqual(0, read);
            total += read;
        }
        return received;
    }

    /// <summary>The client vanishes as a crashed one does.</summary>
    public void Reset()
    {
        Client.LingerState = new(true, 0);
        Client.Dispose();
    }

    public static byte[] Noise(int bytes)
    {
        var noise = new byte[bytes];
        new Random(bytes).NextBytes(noise);
        return noise;
    }

    public void Dispose()
    {
        Server.Dispose();
        Client.Dispose();
    }
}
