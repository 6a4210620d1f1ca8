using Gateway.Compare.Client;

namespace Gateway.Compare.Floor;

/// <summary>The subscribers of a topic, which are all of one kind, and the loop that sends to them.</summary>
sealed class FloorTopic(bool joined)
{
    readonly List<int> _subscribers = [];
    readonly Outbox _pending = new();
    bool _eventStream;

    internal static ReadOnlySpan<byte> WebSocketAnswer =>
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"u8;

    internal static ReadOnlySpan<byte> EventStreamAnswer => "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"u8;

    internal void Add(int descriptor, bool eventStream)
    {
        _subscribers.Add(descriptor);
        _eventStream = eventStream;
    }

    internal void Remove(int descriptor) => _subscribers.Remove(descriptor);

    /// <summary>Encodes a message once, for all.</summary>
    internal void Publish(ReadOnlySpan<byte> payload)
    {
        if (_eventStream)
        {
            _pending.Append("data: "u8);
            _pending.Append(payload);
            _pending.Append("\n\n"u8);
        }
        else
        {
            ReadOnlySpan<byte> header = payload.Length < 126
                ? [0x81, (byte)payload.Length]
                : [0x81, 126, (byte)(payload.Length >> 8), (byte)payload.Length];
            _pending.Append(header);
            _pending.Append(payload);
        }

        if (!joined)
            Flush();
    }

    internal void Flush()
    {
        if (_pending.Length == 0)
            return;
        foreach (int subscriber in _subscribers)
            Sockets.SendAll(subscriber, _pending.Written);
        _pending.Take(_pending.Length);
    }
}
