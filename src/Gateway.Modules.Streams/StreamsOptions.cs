using Gateway.Core.Configuration;
using Gateway.Core.Connections;
using Gateway.Core.Modules;

namespace Gateway.Modules.Streams;

/// <summary>
/// <c>Modules:Streams</c>. Consumers read from the disk at their own pace, so the one <c>SlowConsumer</c> policy is
/// <c>Disconnect</c>, and it is only met by a server-sent tail or WebSocket whose single piece is larger than its queue.
/// </summary>
public sealed class StreamsOptions : ModuleOptions
{
    /// <summary>The defaults: its own names, <c>/stream</c> and <c>/spy</c>, are at the root.</summary>
    public StreamsOptions() => Path = "/";

    /// <summary>The longest stream in bytes; 0 = no limit.</summary>
    [AllowedRange(0, long.MaxValue, Description = "no limit")]
    public long MaxStreamBytes { get; set; }

    /// <summary>The largest metadata in bytes, as they stand in the header.</summary>
    [AllowedRange(0, 32 * 1024)]
    public int MaxMetadataBytes { get; set; } = 16 * 1024;

    /// <summary>How long a stream may stay open without a byte until it is recorded as expired; 0 = for ever.</summary>
    [AllowedDuration(Description = "for ever")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a stream is kept after its end; 0 = for ever.</summary>
    [AllowedDuration(Description = "for ever", Max = "36500.00:00:00")]
    public TimeSpan RetentionAge { get; set; }

    /// <summary>How many streams that have ended are kept; 0 = all.</summary>
    [AllowedRange(0, long.MaxValue, Description = "all")]
    public long RetentionCount { get; set; }

    /// <summary>How many bytes the streams that have ended may take on the disk; 0 = no limit.</summary>
    [AllowedRange(0, long.MaxValue, Description = "no limit")]
    public long RetentionBytes { get; set; }

    /// <summary>How streams are stored that have become complete; those that are there keep their form until they are compressed.</summary>
    public Compression Compression { get; set; }

    /// <summary>How often the sweeper looks for what is idle, no longer kept, or to be compressed.</summary>
    [AllowedDuration(Zero = false)]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a server-sent tail and the spy of a browser are given a sign of life; 0 = never.</summary>
    [AllowedDuration(Description = "never")]
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    protected override IReadOnlyList<SlowConsumerPolicy> SupportedPolicies => [SlowConsumerPolicy.Disconnect];
}
