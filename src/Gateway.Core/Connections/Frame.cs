using System.Globalization;
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

    // Where the message begins behind the head of a WebSocket's frame; 0 = it is none.
    readonly int _messageAt;

    readonly bool _isChunk;

    // The same for clients that get other bytes: a WebSocket's message compressed, or a response's chunk.
    Frame? _variant;

    Frame(byte[] bytes, bool isControl = false, int messageAt = 0, bool isChunk = false)
    {
        _bytes = bytes;
        _messageAt = messageAt;
        _isChunk = isChunk;
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
    public static Frame Text(ReadOnlySpan<byte> utf8) => Message(WebSocketFrames.Text(utf8), utf8.Length);

    /// <summary>A WebSocket binary message (RFC 6455, section 5.6).</summary>
    public static Frame Binary(ReadOnlySpan<byte> payload) => Message(WebSocketFrames.Binary(payload), payload.Length);

    /// <summary>Bytes as they are, such as a server-sent event, for an <see cref="HttpConnection"/>.</summary>
    public static Frame Raw(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    internal static Frame Control(byte[] bytes) => new(bytes, isControl: true);

    /// <summary>What goes between a response's chunks, or after them.</summary>
    internal static Frame Chunk(ReadOnlySpan<byte> bytes) => new(bytes.ToArray(), isControl: true, isChunk: true);

    /// <summary>The same as a chunk of a response, made at most once for all its clients.</summary>
    internal Frame Chunked
    {
        get
        {
            if (_isChunk)
                return this;
            if (Volatile.Read(ref _variant) is { } made)
                return made;
            lock (_bytes)
                return _variant ??= MakeChunk();
        }
    }

    /// <summary>
    /// The same for a client that agreed on compression: made at most once, for all of them. Where compression saves
    /// nothing, or the client could not inflate it, this frame itself.
    /// </summary>
    internal Frame CompressedFor(WebSocketCompression compression)
    {
        int length = _bytes.Length - _messageAt;
        if (_messageAt == 0 || length < MessageDeflate.WorthwhileBytes || !compression.Allows(length))
            return this;
        if (Volatile.Read(ref _variant) is { } made)
            return made;
        lock (_bytes)
            return _variant ??= Compress();
    }

    Frame Compress()
    {
        var opcode = (WebSocketOpcode)(_bytes[0] & ~WebSocketFrameHeader.FinalBit);
        byte[] compressed = WebSocketFrames.Compressed(opcode, MessageDeflate.Compress(_bytes.AsSpan(_messageAt)));
        return compressed.Length < _bytes.Length ? new(compressed) : this;
    }

    // Length in hexadecimal, line end, bytes, line end (RFC 9112, section 7.1); a chunk without bytes would be the last.
    Frame MakeChunk()
    {
        if (_bytes.Length == 0)
            return new([], IsControl, isChunk: true);
        Span<byte> head = stackalloc byte[sizeof(int) * 2 + 2];
        _bytes.Length.TryFormat(head, out int digits, "X", CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(head[digits..]);
        return new([.. head[..(digits + 2)], .. _bytes, .. "\r\n"u8], IsControl, isChunk: true);
    }

    static Frame Message(byte[] frame, int length) => new(frame, messageAt: frame.Length - length);
}
