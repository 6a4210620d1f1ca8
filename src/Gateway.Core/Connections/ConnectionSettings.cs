using Gateway.Core.Diagnostics;
using Gateway.Core.Tenants;

namespace Gateway.Core.Connections;

/// <summary>What all connections of a module have in common: one object, shared by them.</summary>
sealed record ConnectionSettings
{
    /// <summary>How long a client may take to answer the goodbye before its transport is cut.</summary>
    public static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);

    /// <summary>The tenant.</summary>
    public required Tenant Tenant { get; init; }

    /// <summary>The module's name.</summary>
    public required string Module { get; init; }

    /// <summary>Where the module's connections are counted.</summary>
    public required ModuleMetrics Metrics { get; init; }

    /// <summary>The cap of a connection's outbound queue; <see cref="long.MaxValue"/> = none.</summary>
    public required long QueueBytes { get; init; }

    /// <summary>What happens at the cap.</summary>
    public required SlowConsumerPolicy SlowConsumer { get; init; }

    /// <summary>The limits and the heartbeat of its WebSockets.</summary>
    public WebSocketSettings WebSocket { get; init; } = new();

    /// <summary>
    /// Above this backlog a client is not read from: far below the cap, so that the answers to what it has sent already
    /// still fit.
    /// </summary>
    public long PauseReadingBytes => Math.Min(QueueBytes / 4, 256 * 1024);
}
