using Gateway.Core.Configuration;
using Gateway.Core.Connections;
using Gateway.Core.Modules;

namespace Gateway.Modules.Channels;

/// <summary><c>Modules:Channels</c>. Supports every slow-consumer policy; <c>Disconnect</c> is the default.</summary>
public sealed class ChannelsOptions : ModuleOptions
{
    /// <summary>The largest message, by WebSocket or POST, in bytes; 0 = no limit.</summary>
    [AllowedRange(0, int.MaxValue, Description = "no limit")]
    public long MaxMessageBytes { get; set; } = 64 * 1024;

    /// <summary>How often a WebSocket is pinged; 0 = never.</summary>
    [AllowedDuration(Description = "never")]
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(27);

    /// <summary>How long a pinged client may stay silent until it is taken for dead; 0 = for ever.</summary>
    [AllowedDuration(Description = "for ever")]
    public TimeSpan PongTimeout { get; set; } = TimeSpan.FromSeconds(30);

    internal WebSocketSettings WebSocket => new()
    {
        MaxMessageBytes = MaxMessageBytes,
        PingInterval = PingInterval,
        PongTimeout = PongTimeout,
        HandlesAtOnce = true,
    };
}
