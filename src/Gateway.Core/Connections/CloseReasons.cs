namespace Gateway.Core.Connections;

/// <summary>How a <see cref="CloseReason"/> is written: on the wire of a WebSocket and as a metric's label.</summary>
static class CloseReasons
{
    /// <summary>All reasons, in the order of their values.</summary>
    public static readonly CloseReason[] All = Enum.GetValues<CloseReason>();

    static readonly string[] Labels = [.. All.Select(reason => ToSnakeCase(reason.ToString()))];

    /// <summary>The label in metrics: <c>slow_consumer</c>.</summary>
    public static string Label(this CloseReason reason) => Labels[(int)reason];

    /// <summary>The WebSocket close code (RFC 6455, section 7.4.1, and the IANA registry for 1013).</summary>
    public static ushort Code(this CloseReason reason) => reason switch
    {
        CloseReason.ClientClosed or CloseReason.ClientGone or CloseReason.Finished => 1000,
        CloseReason.Draining => 1001,
        CloseReason.ProtocolError => 1002,
        CloseReason.InvalidData => 1007,
        CloseReason.PolicyViolation or CloseReason.TokenExpired or CloseReason.TokenRevoked or CloseReason.Kicked => 1008,
        CloseReason.MessageTooLarge => 1009,
        CloseReason.SlowConsumer or CloseReason.LimitReached => 1013,
        _ => 1011,
    };

    /// <summary>What the client is told where the one who closes says nothing more precise.</summary>
    public static string Text(this CloseReason reason) => reason switch
    {
        CloseReason.Draining => "the gateway is shutting down",
        CloseReason.SlowConsumer => "the client reads too slowly",
        CloseReason.PingTimeout => "no answer to a ping",
        CloseReason.TokenExpired => "the token has expired",
        CloseReason.TokenRevoked => "the token has been revoked",
        CloseReason.LimitReached => "the tenant has reached its limit",
        CloseReason.Kicked => "closed by an operator",
        CloseReason.Incomplete => "what was being sent is incomplete",
        CloseReason.InternalError => "internal error",
        _ => "",
    };

    static string ToSnakeCase(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
