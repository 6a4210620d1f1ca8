using Gateway.Core.Connections.WebSockets;
using Gateway.Core.Diagnostics;

namespace Gateway.Core.Connections;

/// <summary>
/// One message, encoded once for its wire format and shared by every connection that gets it. Immutable: whoever
/// creates one from bytes of their own must not change them afterwards.
/// </summary>
public sealed class Frame
{
    readonly byte[] _bytes;

    Frame(byte[] bytes, bool isControl = false)
    {
        _bytes = bytes;
        IsControl = isControl;
    }

    /// <summary>The bytes as they go over the wire.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>How many bytes that is.</summary>
    public int Length => _bytes.Length;

    internal ReadOnlySpan<byte> Span => _bytes;

    /// <summary>Part of the transport's own conversation (a ping, a goodbye): no message, and not counted as one.</summary>
    internal bool IsControl { get; }

    internal FrameCount Count => IsControl ? default : new(1, Length);

    /// <summary>A WebSocket text message (RFC 6455, section 5.6). The caller vouches that it is valid UTF-8.</summary>
    public static Frame Text(ReadOnlySpan<byte> utf8) => new(WebSocketFrames.Text(utf8));

    /// <summary>A WebSocket binary message (RFC 6455, section 5.6).</summary>
    public static Frame Binary(ReadOnlySpan<byte> payload) => new(WebSocketFrames.Binary(payload));

    /// <summary>Bytes as they are, such as a server-sent event, for an <see cref="HttpConnection"/>.</summary>
    public static Frame Raw(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    internal static Frame Control(byte[] bytes) => new(bytes, isControl: true);
}
