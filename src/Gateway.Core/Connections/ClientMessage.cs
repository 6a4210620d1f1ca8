namespace Gateway.Core.Connections;

/// <summary>
/// A message that a client sent. The payload is borrowed from the connection: it is valid until the next message is
/// asked for, so keep a copy (or a <see cref="Frame"/>) of what has to live longer.
/// </summary>
/// <param name="IsText">Text, checked to be valid UTF-8; else binary.</param>
/// <param name="Payload">The message's bytes, unmasked and put together; may be empty.</param>
public readonly record struct ClientMessage(bool IsText, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Encodes the message for sending it on, in the kind in which it came.</summary>
    public Frame ToFrame() => IsText ? Frame.Text(Payload.Span) : Frame.Binary(Payload.Span);
}
