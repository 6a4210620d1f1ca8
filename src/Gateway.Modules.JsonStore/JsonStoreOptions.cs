using Gateway.Core.Configuration;
using Gateway.Core.Connections;
using Gateway.Core.Modules;

namespace Gateway.Modules.JsonStore;

/// <summary><c>Modules:JsonStore</c>. A slow reader gets the latest values once it is ready: <c>KeepLatest</c> is the only policy.</summary>
public sealed class JsonStoreOptions : ModuleOptions
{
    const long LargestBody = 512 << 20;

    /// <summary>Creates the defaults.</summary>
    public JsonStoreOptions() => (Path, SlowConsumer) = ("/json", SlowConsumerPolicy.KeepLatest);

    /// <summary>What a write with <c>?durable</c> waits for.</summary>
    public Durability Durability { get; set; } = Durability.Commit;

    /// <summary>With <see cref="Durability.Interval"/>: how often the log is fsynced.</summary>
    [AllowedDuration(Zero = false)]
    public TimeSpan SyncInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How soon a client of the multi-subscription protocol has to subscribe to something; 0 = whenever it likes.</summary>
    [AllowedDuration(Description = "whenever it likes")]
    public TimeSpan FirstSubscribeDeadline { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many paths a client of the multi-subscription protocol may subscribe to on one connection; 0 = no limit. A path
    /// counts once more for every 16 names and every 256 characters.
    /// </summary>
    [AllowedRange(0, int.MaxValue, Description = "no limit")]
    public int MaxSubscriptions { get; set; } = 10_000;

    /// <summary>How often a WebSocket is pinged; 0 = never.</summary>
    [AllowedDuration(Description = "never")]
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a pinged client may stay silent until it is taken for dead; 0 = for ever.</summary>
    [AllowedDuration(Description = "for ever")]
    public TimeSpan PongTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest body of a PUT or PATCH, in bytes; 0 = 512 MiB.</summary>
    [AllowedRange(0, LargestBody, Description = "512 MiB")]
    public long MaxBodyBytes { get; set; } = 16 << 20;

    /// <summary>How deep the document may be nested, path and value together.</summary>
    [AllowedRange(1, 1000)]
    public int MaxDepth { get; set; } = 256;

    /// <summary>How long a member's name may be, in bytes of UTF-8; 0 = no limit.</summary>
    [AllowedRange(0, int.MaxValue, Description = "no limit")]
    public int MaxNameBytes { get; set; } = 4096;

    /// <summary>
    /// The data file of an Icepeak server, which is read once, when there is no document yet, with the journal beside it;
    /// relative to the configuration file. Neither file is changed.
    /// </summary>
    public string? ImportFrom { get; set; }

    /// <inheritdoc/>
    protected override IReadOnlyList<SlowConsumerPolicy> SupportedPolicies => [SlowConsumerPolicy.KeepLatest];

    internal long BodyLimit => MaxBodyBytes == 0 ? LargestBody : MaxBodyBytes;
}
