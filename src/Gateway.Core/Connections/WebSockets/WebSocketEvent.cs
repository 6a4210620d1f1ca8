using System.Buffers.Binary;
using System.Text;

namespace Gateway.Core.Connections.WebSockets;

/// <summary>One thing that a client said: a whole message, or a control frame.</summary>
readonly struct WebSocketEvent
{
    WebSocketEvent(WebSocketOpcode kind, ReadOnlyMemory<byte> payload, ushort closeCode = 0)
    {
        Kind = kind;
        Payload = payload;
        CloseCode = closeCode;
    }

    /// <summary>What was said; never <see cref="WebSocketOpcode.Continuation"/>.</summary>
    public WebSocketOpcode Kind { get; }

    /// <summary>The message, the application data of a ping or pong, or the bytes of the close reason.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Of a close: the code, <see cref="WebSocketCloseCode.NoStatus"/> if the frame had none.</summary>
    public ushort CloseCode { get; }

    /// <summary>Of a close: the reason, often empty.</summary>
    public string CloseReason => Encoding.UTF8.GetString(Payload.Span);

    /// <summary>The event of a payload that is complete and, if it is a text message, known to be UTF-8.</summary>
    public static WebSocketEvent Of(WebSocketOpcode kind, ReadOnlyMemory<byte> payload) =>
        kind == WebSocketOpcode.Close ? OfClose(payload) : new(kind, payload);

    // Section 5.5.1: nothing, or a code in network order and a reason in UTF-8.
    static WebSocketEvent OfClose(ReadOnlyMemory<byte> payload)
    {
        if (payload.IsEmpty)
            return new(WebSocketOpcode.Close, payload, WebSocketCloseCode.NoStatus);
        if (payload.Length < sizeof(ushort))
            throw WebSocketProtocolException.Violation("A close code has two bytes.");

        var code = BinaryPrimitives.ReadUInt16BigEndian(payload.Span);
        if (!WebSocketCloseCode.IsValidOnWire(code))
            throw WebSocketProtocolException.Violation($"{code} is no close code to send.");

        var reason = payload[sizeof(ushort)..];
        WebSocketText.Check(reason.Span);
        return new(WebSocketOpcode.Close, reason, code);
    }
}
