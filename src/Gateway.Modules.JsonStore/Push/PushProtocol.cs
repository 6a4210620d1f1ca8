namespace Gateway.Modules.JsonStore.Push;

/// <summary>How a subscriber is told of changes.</summary>
enum PushProtocol
{
    /// <summary>A WebSocket on one path.</summary>
    Single,

    /// <summary>A WebSocket on any number of paths.</summary>
    Multi,

    /// <summary>Server-sent events.</summary>
    Events,
}
