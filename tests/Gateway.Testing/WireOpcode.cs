namespace Gateway.Testing;

/// <summary>A WebSocket frame's opcode; a reserved one is sent by a cast.</summary>
public enum WireOpcode
{
    /// <summary>No opcode: stands where a frame was awaited and the connection ended.</summary>
    End = -1,

    /// <summary>A later part of a message.</summary>
    Continuation = 0,

    /// <summary>A message of UTF-8 text, or its first part.</summary>
    Text = 1,

    /// <summary>A message of bytes, or its first part.</summary>
    Binary = 2,

    /// <summary>The end of what this side sends.</summary>
    Close = 8,

    /// <summary>Asks for a pong.</summary>
    Ping = 9,

    /// <summary>Answers a ping.</summary>
    Pong = 10,
}
