using Microsoft.Extensions.ObjectPool;

namespace Gateway.Core.Connections.WebSockets;

/// <summary>
/// What is remembered of a client between two reads while a frame or a message is incomplete.
/// Control frames are gathered apart, as they may come between the fragments of a message (RFC 6455 section 5.4).
/// </summary>
sealed class WebSocketReassembly : IResettable
{
    readonly byte[] _head = new byte[WebSocketFrameHeader.MaxSize];
    int _headLength;

    WebSocketFrameHeader? _frame;
    int _remaining;
    uint _maskKey;

    WebSocketOpcode? _messageKind;
    PooledBytes _message;
    PooledBytes _control;
    PooledBytes _inflated;
    bool _isCompressed;
    int _checkedText;

    /// <summary>Whether all that was begun has been completed and delivered, so that nothing needs to be remembered.</summary>
    public bool IsDone => _headLength == 0 && _frame is null && _messageKind is null;

    /// <summary>The size of the arrays held.</summary>
    public int Capacity => _message.Capacity + _control.Capacity + _inflated.Capacity;

    /// <summary>Takes bytes until an event is complete or none are left. Its payload is valid until the next call.</summary>
    /// <exception cref="WebSocketProtocolException">The client broke the protocol.</exception>
    public bool Read(ReadOnlySpan<byte> input, int limit, bool mayBeCompressed, out int consumed, out WebSocketEvent received)
    {
        consumed = 0;
        while (consumed < input.Length)
        {
            if (_frame is null)
                consumed += TakeHead(input[consumed..], limit, mayBeCompressed);
            if (_frame is not { } frame)
                break;

            consumed += TakePayload(input[consumed..], frame);
            if (_remaining == 0 && TryEndFrame(frame, limit, out received))
                return true;
        }

        received = default;
        return false;
    }

    /// <inheritdoc />
    public bool TryReset()
    {
        _message.Release();
        _control.Release();
        _inflated.Release();
        _isCompressed = false;
        _headLength = _checkedText = 0;
        (_frame, _messageKind) = (null, null);
        return true;
    }

    int TakeHead(ReadOnlySpan<byte> input, int limit, bool mayBeCompressed)
    {
        var known = _headLength;
        var taken = Math.Min(input.Length, WebSocketFrameHeader.MaxSize - known);
        input[..taken].CopyTo(_head.AsSpan(known));
        _headLength += taken;
        if (!WebSocketFrameHeader.TryRead(_head.AsSpan(0, _headLength), mayBeCompressed, out var header))
            return taken;

        header.CheckPlace(_messageKind is not null, _message.Length, limit);
        BeginFrame(header);
        return header.Size - known;
    }

    void BeginFrame(in WebSocketFrameHeader header)
    {
        _headLength = 0;
        (_frame, _remaining, _maskKey) = (header, (int)header.PayloadLength, header.MaskKey);
        if (header.IsControl)
            _control.Release();
        else if (_messageKind is null)
            (_messageKind, _isCompressed) = (header.Opcode, header.IsCompressed);
    }

    int TakePayload(ReadOnlySpan<byte> input, in WebSocketFrameHeader frame)
    {
        var taken = Math.Min(input.Length, _remaining);
        ref var target = ref frame.IsControl ? ref _control : ref _message;
        _maskKey = WebSocketMask.Remove(target.Add(input[..taken]), _maskKey);
        _remaining -= taken;
        if (!frame.IsControl && _messageKind == WebSocketOpcode.Text && !_isCompressed)
            _checkedText += WebSocketText.CheckPrefix(_message.Written.Span[_checkedText..]);
        return taken;
    }

    bool TryEndFrame(in WebSocketFrameHeader frame, int limit, out WebSocketEvent received)
    {
        _frame = null;
        received = default;
        if (frame.IsControl)
            received = WebSocketEvent.Of(frame.Opcode, _control.Written);
        else if (frame.IsFinal)
            received = EndMessage(limit);
        return frame.IsFinal;
    }

    WebSocketEvent EndMessage(int limit)
    {
        var kind = _messageKind.GetValueOrDefault();
        if (_isCompressed)
            return EndCompressed(kind, limit);
        if (kind == WebSocketOpcode.Text && _checkedText < _message.Length)
            throw WebSocketProtocolException.InvalidText();

        _messageKind = null;
        return WebSocketEvent.Of(kind, _message.Written);
    }

    WebSocketEvent EndCompressed(WebSocketOpcode kind, int limit)
    {
        MessageDeflate.Inflate(ref _message, limit, ref _inflated);
        _message.Release();
        if (kind == WebSocketOpcode.Text)
            WebSocketText.Check(_inflated.Written.Span);

        _messageKind = null;
        return WebSocketEvent.Of(kind, _inflated.Written);
    }
}
