namespace Gateway.Core.Connections;

/// <summary>Why a connection ended. Each ending has exactly one reason: in the log, in the metrics and on the wire.</summary>
public enum CloseReason
{
    /// <summary>The client said goodbye.</summary>
    ClientClosed,

    /// <summary>The client vanished: a reset, or an end of the stream without goodbye. Not an error.</summary>
    ClientGone,

    /// <summary>The module has finished with the client.</summary>
    Finished,

    /// <summary>The gateway is shutting down; the client may connect again, elsewhere or later.</summary>
    Draining,

    /// <summary>The client broke the transport's protocol.</summary>
    ProtocolError,

    /// <summary>The client sent data that its message type does not allow, such as text that is not UTF-8.</summary>
    InvalidData,

    /// <summary>The client sent a message larger than the limit.</summary>
    MessageTooLarge,

    /// <summary>The module's rules do not allow what the client did.</summary>
    PolicyViolation,

    /// <summary>The client read too slowly and its queue was full.</summary>
    SlowConsumer,

    /// <summary>The client gave no sign of life after a ping.</summary>
    PingTimeout,

    /// <summary>The client's token has expired.</summary>
    TokenExpired,

    /// <summary>The client's token, or its user, has been revoked.</summary>
    TokenRevoked,

    /// <summary>The client's tenant has reached one of its limits.</summary>
    LimitReached,

    /// <summary>An operator ended the connection.</summary>
    Kicked,

    /// <summary>What the client was being sent ended before its time: its source failed.</summary>
    Incomplete,

    /// <summary>A fault in the gateway or the module; the log has it.</summary>
    InternalError,
}
