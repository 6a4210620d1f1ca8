using System.Collections.Frozen;
using Gateway.Core.Configuration;
using Gateway.Core.Connections;
using Gateway.Core.Modules;
using Gateway.Modules.Router.Callbacks;

namespace Gateway.Modules.Router;

/// <summary><c>Modules:Router</c>. A slow consumer is always disconnected: replies must not be dropped.</summary>
public sealed class RouterOptions : ModuleOptions
{
    /// <summary>What the names on Redis begin with, before the name of a subscription.</summary>
    public string ChannelPrefix { get; set; } = "";

    /// <summary>The services that clients can subscribe to, by name.</summary>
    public Dictionary<string, ServiceOptions> Services
    {
        get;
        set
        {
            field = value;
            ServicesByName = value.ToFrozenDictionary(StringComparer.Ordinal);
        }
    } = [];

    /// <summary>The services; their names' case counts.</summary>
    internal IReadOnlyDictionary<string, ServiceOptions> ServicesByName { get; private set; } = FrozenDictionary<string, ServiceOptions>.Empty;

    /// <summary>How the services' URLs are called.</summary>
    public CallbackOptions Callbacks { get; set; } = new();

    /// <summary>How often a client is pinged; 0 = never.</summary>
    [AllowedDuration(Description = "never")]
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a pinged client may stay silent until it is taken for dead; 0 = for ever.</summary>
    [AllowedDuration(Description = "for ever")]
    public TimeSpan PongTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The largest message that a client may send, in bytes; 0 = no limit.</summary>
    [AllowedRange(0, int.MaxValue, Description = "no limit")]
    public long MaxMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>Whether messages are compressed for clients that ask for it, as browsers do.</summary>
    public bool Compression { get; set; } = true;

    /// <summary>How many subscriptions a client may have at once; 0 = no limit.</summary>
    [AllowedRange(0, int.MaxValue, Description = "no limit")]
    public int MaxSubscriptions { get; set; }

    /// <summary>Whether clients are told, by <c>{"event":"gap"}</c>, that messages of a subscription may have been lost.</summary>
    public bool NotifyGaps { get; set; }

    /// <summary>How often a line with the main figures is logged; 0 = never.</summary>
    [AllowedDuration(Description = "never")]
    public TimeSpan MetricsLogInterval { get; set; }

    internal WebSocketSettings WebSocket => new()
    {
        MaxMessageBytes = MaxMessageBytes,
        Compression = Compression,
        PingInterval = PingInterval,
        PongTimeout = PongTimeout,
        // Specification, section 2.9.
        PlainEndings = [CloseReason.Draining, CloseReason.PingTimeout, CloseReason.InternalError],
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<SlowConsumerPolicy> SupportedPolicies => [SlowConsumerPolicy.Disconnect];

    /// <inheritdoc/>
    public override IEnumerable<OptionFault> Validate() => base.Validate().Concat(
        from service in Services.Keys
        where service.Contains('.')
        select new OptionFault($"{nameof(Services)}:{service}", "a dot in the name of a service", "a name without: it ends at the first dot of a subscription"));
}
