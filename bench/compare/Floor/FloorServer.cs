using System.Runtime.InteropServices;
using System.Text;
using Gateway.Benchmarks.Load;
using Gateway.Compare.Client;

namespace Gateway.Compare.Floor;

/// <summary>
/// The least that a server can do: one thread that reads what publishers send and calls <c>send</c> on each subscriber's socket.
/// No limits, no queues, no answers; it waits for whoever is slow.
/// </summary>
/// <param name="port">Where it listens, on loopback.</param>
/// <param name="joined">Whether all messages of one read are sent in one call, or each in one of its own.</param>
sealed class FloorServer(int port, bool joined)
{
    readonly Epoll _epoll = new();
    readonly Dictionary<int, FloorConnection> _connections = [];
    readonly Dictionary<string, FloorTopic> _topics = [];
    readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);

    /// <summary>Runs until the process is killed.</summary>
    internal void Run()
    {
        int listener = Sockets.Listen(port);
        _epoll.Watch(listener, listener);
        while (true)
        {
            int ready = _epoll.Wait(TimeSpan.FromHours(1));
            for (int i = 0; i < ready; i++)
            {
                int descriptor = _epoll.Key(i);
                if (descriptor == listener)
                    Accept(listener);
                else
                    Read(descriptor);
            }
        }
    }

    void Accept(int listener)
    {
        int descriptor = Sockets.Accept(listener);
        _connections[descriptor] = new FloorConnection();
        _epoll.Watch(descriptor, descriptor);
    }

    void Read(int descriptor)
    {
        var connection = _connections[descriptor];
        int kept = connection.Restore(_buffer);
        int received = Libc.Receive(descriptor, _buffer.AsSpan(kept));
        if (received <= 0)
        {
            if (received == 0 || Marshal.GetLastPInvokeError() != Libc.TryAgain)
                Close(descriptor, connection);
            return;
        }

        var data = _buffer.AsSpan(0, kept + received);
        connection.Keep(connection.Topic is { } topic ? Publish(topic, data) : Open(descriptor, connection, data));
    }

    void Close(int descriptor, FloorConnection connection)
    {
        connection.Topic?.Remove(descriptor);
        _connections.Remove(descriptor);
        _ = Libc.close(descriptor);
    }

    /// <summary>Answers a handshake; returns what is left to be read again with more.</summary>
    Span<byte> Open(int descriptor, FloorConnection connection, Span<byte> data)
    {
        int end = data.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return data;
        // GET /{kind}/{topic} HTTP/1.1
        string[] path = Encoding.ASCII.GetString(data[..data.IndexOf("\r\n"u8)]).Split(' ')[1].Split('/');
        if (!_topics.TryGetValue(path[2], out var topic))
            _topics[path[2]] = topic = new FloorTopic(joined);
        connection.Topic = topic;
        Sockets.SendAll(descriptor, path[1] == "sse" ? FloorTopic.EventStreamAnswer : FloorTopic.WebSocketAnswer);
        if (path[1] != "pub")
            topic.Add(descriptor, eventStream: path[1] == "sse");
        return data[(end + 4)..];
    }

    static Span<byte> Publish(FloorTopic topic, Span<byte> data)
    {
        while (TryReadFrame(data, out var payload, out int end))
        {
            topic.Publish(payload);
            data = data[end..];
        }

        topic.Flush();
        return data;
    }

    /// <summary>Unmasks the frame of a client that the data begins with, in place; false when it is not complete.</summary>
    static bool TryReadFrame(Span<byte> data, out Span<byte> payload, out int end)
    {
        payload = default;
        end = 0;
        if (data.Length < 2)
            return false;
        int length = data[1] & 0x7f;
        int header = length == 126 ? 4 : 2;
        if (data.Length < header + 4)
            return false;
        if (length == 126)
            length = (data[2] << 8) | data[3];
        end = header + 4 + length;
        if (data.Length < end)
            return false;
        var mask = data.Slice(header, 4);
        payload = data[(header + 4)..end];
        for (int i = 0; i < payload.Length; i++)
            payload[i] ^= mask[i & 3];
        return true;
    }
}
