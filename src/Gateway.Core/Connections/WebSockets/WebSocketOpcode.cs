namespace Gateway.Core.Connections.WebSockets;

/// <summary>What a frame carries (RFC 6455 section 11.8). From <see cref="Close"/> on they are control frames.</summary>
enum WebSocketOpcode : byte
{
    /// <summary>A further fragment of the message under way; no event ever has it.</summary>
    Continuation = 0x0,

    /// <summary>A message of UTF-8 text, or its first fragment.</summary>
    Text = 0x1,

    /// <summary>A message of arbitrary bytes, or its first fragment.</summary>
    Binary = 0x2,

    /// <summary>The sender says nothing more after this.</summary>
    Close = 0x8,

    /// <summary>Asks for a <see cref="Pong"/> with the same payload.</summary>
    Ping = 0x9,

    /// <summary>Answers a <see cref="Ping"/>, or is sent unasked as a heartbeat.</summary>
    Pong = 0xA,
}
