using Microsoft.Extensions.ObjectPool;

namespace Gateway.Core.Connections.WebSockets;

/// <summary>
/// Turns the bytes that a client sends after its handshake into messages and control frames (RFC 6455 section 5).
/// </summary>
/// <remarks>
/// <para>
/// The bytes may come in pieces of any size, and the pieces never change the events. A message that lies whole in one
/// frame and one piece is delivered where it lies; only an incomplete one is gathered, so that a client that says nothing
/// costs the fields of this struct. Being mutable, it must be kept in one place, in a field that is not readonly.
/// </para>
/// <code>
/// while (decoder.Read(input, out var consumed, out var received))   // to the end: the last call lets go of the payload
/// {
///     Handle(received);
///     input = input[consumed..];
/// }
/// </code>
/// </remarks>
/// <param name="maxMessageBytes">The most bytes of a message with all its fragments; 0 = what an array holds.</param>
/// <param name="mayBeCompressed">Whether compression was agreed on: the limit then is for the message inflated, too.</param>
struct WebSocketDecoder(long maxMessageBytes, bool mayBeCompressed = false) : IDisposable
{
    // Few connections are amid a message at the same time; beyond this many, the others' state is left to the collector.
    const int MaxIdleReassemblies = 256;

    static readonly ObjectPool<WebSocketReassembly> Reassemblies = new DefaultObjectPool<WebSocketReassembly>(
        new DefaultPooledObjectPolicy<WebSocketReassembly>(), MaxIdleReassemblies);

    readonly int _limit = Limit(maxMessageBytes);
    readonly bool _mayBeCompressed = mayBeCompressed;
    WebSocketReassembly? _reassembly;

    /// <summary>The bytes of the buffers held for an incomplete message, or for one delivered and not yet let go of.</summary>
    public readonly int BufferedBytes => _reassembly?.Capacity ?? 0;

    /// <summary>
    /// Takes bytes from the input up to the end of the next event, or all of them if none ends there.
    /// The payload of the event before becomes invalid.
    /// </summary>
    /// <param name="input">What the client sent next; it is unmasked in place.</param>
    /// <param name="consumed">How many bytes were taken: all of them if there is no event.</param>
    /// <param name="received">The event. Its payload is valid until the next call, if the input is left as it is.</param>
    /// <returns>Whether there is an event. After a close the client says nothing more: don't read on.</returns>
    /// <exception cref="WebSocketProtocolException">
    /// The client broke the protocol. There is no reading on: answer with the code and dispose of the decoder.
    /// </exception>
    public bool Read(Memory<byte> input, out int consumed, out WebSocketEvent received)
    {
        if (_reassembly is { IsDone: true })
            Dispose();
        if (_reassembly is null && TryReadWhole(input, out consumed, out received))
            return true;

        if (!input.IsEmpty)
            _reassembly ??= Reassemblies.Get();
        if (_reassembly is not null)
            return _reassembly.Read(input.Span, _limit, _mayBeCompressed, out consumed, out received);

        (consumed, received) = (0, default);
        return false;
    }

    /// <summary>Lets go of what an incomplete message holds.</summary>
    public void Dispose()
    {
        if (_reassembly is not null)
            Reassemblies.Return(_reassembly);
        _reassembly = null;
    }

    static int Limit(long maxMessageBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxMessageBytes);
        return maxMessageBytes == 0 ? Array.MaxLength : (int)Math.Min(maxMessageBytes, Array.MaxLength);
    }

    readonly bool TryReadWhole(Memory<byte> input, out int consumed, out WebSocketEvent received)
    {
        (consumed, received) = (0, default);
        if (!WebSocketFrameHeader.TryRead(input.Span, _mayBeCompressed, out var header))
            return false;

        header.CheckPlace(withinMessage: false, gathered: 0, _limit);
        if (!header.IsFinal || header.IsCompressed || header.PayloadLength > input.Length - header.Size)
            return false;

        var payload = input.Slice(header.Size, (int)header.PayloadLength);
        WebSocketMask.Remove(payload.Span, header.MaskKey);
        if (header.Opcode == WebSocketOpcode.Text)
            WebSocketText.Check(payload.Span);

        consumed = header.Size + payload.Length;
        received = WebSocketEvent.Of(header.Opcode, payload);
        return true;
    }
}
