using System.Net.Sockets;
using System.Text;

namespace Gateway.Benchmarks.Events;

/// <summary>Many streams on bare sockets: what they cost the machine is little beside the server.</summary>
sealed class StreamGroup : IDisposable
{
    readonly List<Socket> _sockets = [];

    /// <summary>Opens streams that begin with what fires from now on, and waits until all are open.</summary>
    public static async Task<StreamGroup> OpenAsync(Uri address, string target, int count)
    {
        var group = await AskAsync(address, $"{target}&sync=none", count);
        await group.ReceiveAsync("retry:", 1);
        return group;
    }

    /// <summary>Asks for streams, of which nothing has been read when this returns.</summary>
    public static async Task<StreamGroup> AskAsync(Uri address, string target, int count)
    {
        var group = new StreamGroup();
        byte[] request = Encoding.ASCII.GetBytes($"GET {target} HTTP/1.0\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n");
        for (int i = 0; i < count; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            group._sockets.Add(socket);
            await socket.ConnectAsync(address.Host, address.Port);
            await socket.SendAsync(request);
        }
        return group;
    }

    /// <summary>Waits until each stream has got a text so many times.</summary>
    public Task ReceiveAsync(string text, int times) => Task.WhenAll(_sockets.Select(socket => ReceiveAsync(socket, Encoding.ASCII.GetBytes(text), times)));

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    // By HTTP/1.0 there are no chunks, whose heads could cut the text in two.
    static async Task ReceiveAsync(Socket socket, byte[] text, int times)
    {
        byte[] buffer = new byte[32 * 1024];
        int kept = 0;
        while (times > 0)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(kept));
            if (read == 0)
                throw new IOException("A stream has ended.");
            times -= Count(buffer.AsSpan(0, kept + read), text, out int rest);
            buffer.AsSpan(kept + read - rest, rest).CopyTo(buffer);
            kept = rest;
        }
    }

    static int Count(ReadOnlySpan<byte> bytes, byte[] text, out int rest)
    {
        int count = 0;
        for (int at; (at = bytes.IndexOf(text)) >= 0; count++)
            bytes = bytes[(at + text.Length)..];
        rest = Math.Min(bytes.Length, text.Length - 1);
        return count;
    }
}
