using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Gateway.Core.Connections.WebSockets;

/// <summary>The head of a client's frame (RFC 6455 section 5.2).</summary>
/// <param name="Opcode">What the frame carries.</param>
/// <param name="IsFinal">Whether it ends its message.</param>
/// <param name="PayloadLength">The announced length of the payload.</param>
/// <param name="MaskKey">The masking key, as it lies in memory.</param>
/// <param name="Size">The bytes of the head itself.</param>
/// <param name="IsCompressed">Whether its message is compressed (RFC 7692, section 6).</param>
readonly record struct WebSocketFrameHeader(
    WebSocketOpcode Opcode, bool IsFinal, long PayloadLength, uint MaskKey, int Size, bool IsCompressed)
{
    /// <summary>The longest head: two bytes, a 64-bit length and the masking key.</summary>
    public const int MaxSize = 2 + sizeof(ulong) + MaskKeySize;

    /// <summary>
    /// The longest payload of a control frame (section 5.5), and the longest whose length the second byte holds.
    /// </summary>
    public const int MaxShortPayload = 125;

    /// <summary>The second byte's value when a 16-bit length follows.</summary>
    public const int Length16 = 126;

    /// <summary>The second byte's value when a 64-bit length follows.</summary>
    public const int Length64 = 127;

    /// <summary>The first byte's bit for the last frame of a message.</summary>
    public const int FinalBit = 0x80;

    /// <summary>The first byte's bit for the first frame of a compressed message (RFC 7692, section 6).</summary>
    public const int CompressedBit = 0x40;

    const int ReservedBits = 0x70;
    const int OpcodeBits = 0x0F;
    const int MaskBit = 0x80;
    const int LengthBits = 0x7F;
    const int MaskKeySize = sizeof(uint);

    /// <summary>Whether it is a close, ping or pong, which may come between the fragments of a message.</summary>
    public bool IsControl => Opcode >= WebSocketOpcode.Close;

    /// <summary>Reads the head if all of it is there.</summary>
    /// <param name="bytes">What there is.</param>
    /// <param name="mayBeCompressed">Whether compression was agreed on.</param>
    /// <param name="header">The head.</param>
    /// <exception cref="WebSocketProtocolException">No frame of a client may begin so.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, bool mayBeCompressed, out WebSocketFrameHeader header)
    {
        header = default;
        if (bytes.Length < 2)
            return false;

        CheckKind(bytes[0], bytes[1], mayBeCompressed);
        var (lengthEnd, shortest) = (bytes[1] & LengthBits) switch
        {
            Length16 => (4, MaxShortPayload + 1),
            Length64 => (10, ushort.MaxValue + 1),
            _ => (2, 0),
        };
        var size = lengthEnd + MaskKeySize;
        if (bytes.Length < size)
            return false;

        var length = lengthEnd switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            10 => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
            _ => bytes[1] & LengthBits,
        };
        if (length < 0)
            throw WebSocketProtocolException.Violation("The top bit of a 64-bit length must be 0.");
        if (length < shortest)
            throw WebSocketProtocolException.Violation("A length must take as few bytes as possible.");

        header = new(
            (WebSocketOpcode)(bytes[0] & OpcodeBits), (bytes[0] & FinalBit) != 0, length,
            MemoryMarshal.Read<uint>(bytes[lengthEnd..]), size, (bytes[0] & CompressedBit) != 0);
        return true;
    }

    /// <summary>Checks the order of fragments (section 5.4), and that the message stays within the limit.</summary>
    /// <param name="withinMessage">Whether a message has begun and not ended.</param>
    /// <param name="gathered">The bytes of that message so far.</param>
    /// <param name="limit">The most bytes that a message may have.</param>
    public void CheckPlace(bool withinMessage, int gathered, int limit)
    {
        if (IsControl)
            return;
        if (Opcode == WebSocketOpcode.Continuation && !withinMessage)
            throw WebSocketProtocolException.Violation("There is no message to continue.");
        if (Opcode != WebSocketOpcode.Continuation && withinMessage)
            throw WebSocketProtocolException.Violation("The message before has not ended.");
        if (PayloadLength > limit - gathered)
            throw WebSocketProtocolException.TooBig(limit);
    }

    static void CheckKind(byte first, byte second, bool mayBeCompressed)
    {
        var opcode = (WebSocketOpcode)(first & OpcodeBits);
        bool beginsMessage = opcode is WebSocketOpcode.Text or WebSocketOpcode.Binary;
        if ((first & ReservedBits & ~(mayBeCompressed && beginsMessage ? CompressedBit : 0)) != 0)
            throw WebSocketProtocolException.Violation(mayBeCompressed
                ? "The reserved bits must be 0, but the first for a message that is compressed."
                : "The reserved bits must be 0: no extension was agreed on.");
        if (opcode is > WebSocketOpcode.Binary and < WebSocketOpcode.Close or > WebSocketOpcode.Pong)
            throw WebSocketProtocolException.Violation($"Opcode {(int)opcode} is unknown.");
        if ((second & MaskBit) == 0)
            throw WebSocketProtocolException.Violation("A client must mask its frames.");
        if (opcode < WebSocketOpcode.Close)
            return;
        if ((first & FinalBit) == 0)
            throw WebSocketProtocolException.Violation("A control frame must not be fragmented.");
        if ((second & LengthBits) > MaxShortPayload)
            throw WebSocketProtocolException.Violation("A control frame has at most 125 bytes.");
    }
}
