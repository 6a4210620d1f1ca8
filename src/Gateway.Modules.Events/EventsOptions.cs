using Gateway.Core.Configuration;
using Gateway.Core.Connections;
using Gateway.Core.Modules;

namespace Gateway.Modules.Events;

/// <summary>
/// <c>Modules:Events</c>. A slow stream goes on from the history, so that the one <c>SlowConsumer</c> policy, <c>Disconnect</c>,
/// is for clients that are cut before that comes about: they resume where they were.
/// </summary>
public sealed class EventsOptions : ModuleOptions
{
    /// <summary>The defaults: its own names, such as <c>/events</c> and <c>/insert</c>, are at the root.</summary>
    public EventsOptions() => Path = "/";

    /// <summary>Whether the stream is for everybody; otherwise it needs a token, or a ticket.</summary>
    public bool PublicStream { get; set; } = true;

    /// <summary>What a newcomer on the stream gets first; <c>?sync=</c> says otherwise for one stream.</summary>
    public SyncMode Sync { get; set; } = SyncMode.Latest;

    /// <summary>How often a stream is given a sign of life; 0 = never.</summary>
    [AllowedDuration(Description = "never")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Whether signs of life are events, as in the original: <c>internal_status</c> with <c>connected</c> on an empty store,
    /// and <c>ping</c> every 10 seconds, whatever <see cref="HeartbeatInterval"/> says.
    /// </summary>
    public bool LegacyHeartbeat { get; set; }

    /// <summary>The largest body of a request in bytes; 0 = no limit.</summary>
    [AllowedRange(0, int.MaxValue, Description = "no limit")]
    public long MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>Whether anybody may cancel any event, as in the original.</summary>
    public bool OpenCancel { get; set; }

    /// <summary>How many streams a user may have open at once; 0 = any number.</summary>
    [AllowedRange(0, int.MaxValue, Description = "any number")]
    public int MaxStreamsPerUser { get; set; }

    /// <summary>How many events a stream may be behind, resuming or slow; one further behind gets the latest values. 0 = any.</summary>
    [AllowedRange(0, int.MaxValue, Description = "any")]
    public int MaxReplay { get; set; } = 100_000;

    /// <summary>
    /// How many events of a collection are kept that have fired or were cancelled; 0 = all. Beyond these limits the latest of
    /// each name is kept, and so is what is still to come; neither counts.
    /// </summary>
    [AllowedRange(0, int.MaxValue, Description = "all")]
    public int RetentionCount { get; set; }

    /// <summary>How many bytes of data these events of a collection may have; 0 = no limit.</summary>
    [AllowedRange(0, long.MaxValue, Description = "no limit")]
    public long RetentionBytes { get; set; }

    /// <summary>How long such an event is kept after it fired or was cancelled; 0 = for ever.</summary>
    [AllowedDuration(Description = "for ever", Max = "36500.00:00:00")]
    public TimeSpan RetentionAge { get; set; }

    /// <inheritdoc/>
    protected override IReadOnlyList<SlowConsumerPolicy> SupportedPolicies => [SlowConsumerPolicy.Disconnect];
}
