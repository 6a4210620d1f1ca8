using System.Buffers.Binary;
using System.Text.Unicode;

namespace Gateway.Core.Connections.WebSockets;

/// <summary>
/// Encodes a server's frames (RFC 6455 section 5.2): never masked (section 5.1), never fragmented, each in one array.
/// </summary>
static class WebSocketFrames
{
    const int MaxCloseReason = WebSocketFrameHeader.MaxShortPayload - sizeof(ushort);

    /// <summary>A text message.</summary>
    /// <param name="utf8">The text. It must be UTF-8, or the client fails the connection.</param>
    public static byte[] Text(ReadOnlySpan<byte> utf8) => Frame(WebSocketOpcode.Text, utf8);

    /// <summary>A message of bytes.</summary>
    public static byte[] Binary(ReadOnlySpan<byte> payload) => Frame(WebSocketOpcode.Binary, payload);

    /// <summary>A compressed message (RFC 7692, section 6).</summary>
    public static byte[] Compressed(WebSocketOpcode opcode, ReadOnlySpan<byte> compressed)
    {
        var frame = Frame(opcode, compressed);
        frame[0] |= WebSocketFrameHeader.CompressedBit;
        return frame;
    }

    /// <summary>A question whether the client is there (section 5.5.2), with at most 125 bytes.</summary>
    public static byte[] Ping(ReadOnlySpan<byte> payload) => ControlFrame(WebSocketOpcode.Ping, payload);

    /// <summary>The answer to a ping, with its payload (section 5.5.3).</summary>
    public static byte[] Pong(ReadOnlySpan<byte> payload) => ControlFrame(WebSocketOpcode.Pong, payload);

    /// <summary>The server's last frame (section 5.5.1).</summary>
    /// <param name="code">The code; <see cref="WebSocketCloseCode.NoStatus"/> makes a frame that says nothing.</param>
    /// <param name="reason">The reason, cut after the last character that fits.</param>
    public static byte[] Close(ushort code, string reason)
    {
        if (code == WebSocketCloseCode.NoStatus)
            return Frame(WebSocketOpcode.Close, []);
        if (!WebSocketCloseCode.IsValidOnWire(code))
            throw new ArgumentOutOfRangeException(nameof(code), code, "Such a code must not be sent.");

        Span<byte> payload = stackalloc byte[WebSocketFrameHeader.MaxShortPayload];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        Utf8.FromUtf16(reason, payload.Slice(sizeof(ushort), MaxCloseReason), out _, out var length);
        return Frame(WebSocketOpcode.Close, payload[..(sizeof(ushort) + length)]);
    }

    /// <summary>The bytes that the head of a frame takes.</summary>
    public static int HeaderLength(int payload) => payload switch
    {
        <= WebSocketFrameHeader.MaxShortPayload => 2,
        <= ushort.MaxValue => 2 + sizeof(ushort),
        _ => 2 + sizeof(ulong),
    };

    /// <summary>Writes the head of an unfragmented frame.</summary>
    /// <returns>Its length, as <see cref="HeaderLength"/> says.</returns>
    public static int WriteHeader(Span<byte> destination, WebSocketOpcode opcode, int payload)
    {
        var length = HeaderLength(payload);
        destination[0] = (byte)(WebSocketFrameHeader.FinalBit | (int)opcode);
        switch (length)
        {
            case 2:
                destination[1] = (byte)payload;
                break;
            case 4:
                destination[1] = WebSocketFrameHeader.Length16;
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payload);
                break;
            default:
                destination[1] = WebSocketFrameHeader.Length64;
                BinaryPrimitives.WriteInt64BigEndian(destination[2..], payload);
                break;
        }

        return length;
    }

    static byte[] ControlFrame(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            payload.Length, WebSocketFrameHeader.MaxShortPayload, nameof(payload));
        return Frame(opcode, payload);
    }

    static byte[] Frame(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        var frame = GC.AllocateUninitializedArray<byte>(HeaderLength(payload.Length) + payload.Length);
        var header = WriteHeader(frame, opcode, payload.Length);
        payload.CopyTo(frame.AsSpan(header));
        return frame;
    }
}
