namespace Gateway.Core.Connections;

/// <summary>What a module asks of its WebSocket clients.</summary>
public sealed record WebSocketSettings
{
    /// <summary>The largest message that a client may send, in bytes, all fragments together; 0 = no limit.</summary>
    public long MaxMessageBytes { get; init; } = 64 * 1024;

    /// <summary>How a connection ends over a larger one; null = with 1009.</summary>
    public WebSocketClose? MessageTooLarge { get; init; }

    /// <summary>
    /// Whether messages are compressed for clients that ask for it (permessage-deflate, RFC 7692): a frame once for all of
    /// them, each by itself. Where a message holds both a secret and what an attacker chose, its length may give the secret away.
    /// </summary>
    public bool Compression { get; init; }

    /// <summary>How often a client is pinged; zero = never.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a pinged client may stay silent until it is taken for dead; zero = for ever.</summary>
    public TimeSpan PongTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether the module's handler is done with each message at once: it neither blocks nor computes for long. Then, where
    /// a thread waits for many clients' messages, that thread runs it itself, instead of waking another for it.
    /// </summary>
    public bool HandlesAtOnce { get; init; }

    /// <summary>Endings that the protocol closes with 1000 and no words, where the gateway would say more.</summary>
    public IReadOnlyCollection<CloseReason> PlainEndings { get; init; } = [];
}
