namespace Gateway.Compare.Targets;

/// <summary>The ways in which messages reach clients.</summary>
enum Channel
{
    /// <summary>Published over WebSocket, pushed over WebSocket, nothing stored.</summary>
    WebSocket,

    /// <summary>Pushed as server-sent events.</summary>
    EventStream,

    /// <summary>Published to Redis, pushed over WebSocket.</summary>
    Redis,

    /// <summary>A JSON value that is PUT, pushed over WebSocket.</summary>
    Json,

    /// <summary>Bytes that are stored, and tailed over HTTP.</summary>
    Bytes,

    /// <summary>Subscribing and leaving on a connection that stays open.</summary>
    Membership,

    /// <summary>All modules of the gateway in one process.</summary>
    All,
}
