namespace Gateway.Core.Connections.WebSockets;

/// <summary>The close codes that the wire layer itself uses (RFC 6455 section 7.4.1), and the rule for all others.</summary>
static class WebSocketCloseCode
{
    /// <summary>The peer broke the framing rules.</summary>
    public const ushort ProtocolError = 1002;

    /// <summary>Stands for a close frame without a code; it is never on the wire itself.</summary>
    public const ushort NoStatus = 1005;

    /// <summary>Bytes declared as text are not UTF-8.</summary>
    public const ushort InvalidData = 1007;

    /// <summary>A message is longer than the receiver takes.</summary>
    public const ushort MessageTooBig = 1009;

    /// <summary>
    /// Whether a close frame may carry the code: 1004 is undefined, 1005, 1006 and 1015 only name what happened locally,
    /// and below 3000 the rest belongs to future protocol versions (section 7.4.2; 1012 to 1014 were registered later).
    /// </summary>
    public static bool IsValidOnWire(ushort code) =>
        code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
