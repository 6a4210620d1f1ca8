namespace Gateway.Compare.Client;

/// <summary>What stands around the payloads that a server sends.</summary>
enum Framing
{
    /// <summary>Nothing.</summary>
    Raw,

    /// <summary>A handshake, and then WebSocket frames.</summary>
    WebSocket,

    /// <summary>The head of an HTTP answer, and then its body, in chunks or to the end.</summary>
    Http,
}
