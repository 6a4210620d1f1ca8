namespace Gateway.Core.Connections.WebSockets;

/// <summary>
/// The client sent what RFC 6455 forbids, so the connection has to fail (section 7.1.7).
/// The message is meant for the client: it goes into the close frame, beside the code.
/// </summary>
sealed class WebSocketProtocolException : Exception
{
    WebSocketProtocolException(ushort closeCode, string reason) : base(reason) => CloseCode = closeCode;

    /// <summary>The code to close with: 1002, 1007 or 1009.</summary>
    public ushort CloseCode { get; }

    /// <summary>The framing rules of section 5 were broken.</summary>
    public static WebSocketProtocolException Violation(string reason) => new(WebSocketCloseCode.ProtocolError, reason);

    /// <summary>A text message or a close reason isn't UTF-8 (section 8.1).</summary>
    public static WebSocketProtocolException InvalidText() =>
        new(WebSocketCloseCode.InvalidData, "Text must be valid UTF-8.");

    /// <summary>A message marked as compressed isn't (RFC 7692, section 7.2.2).</summary>
    public static WebSocketProtocolException InvalidCompression() =>
        new(WebSocketCloseCode.InvalidData, "A message marked as compressed must be.");

    /// <summary>A message is or would become longer than the limit.</summary>
    public static WebSocketProtocolException TooBig(int limit) =>
        new(WebSocketCloseCode.MessageTooBig, $"A message may have at most {limit} bytes.");
}
