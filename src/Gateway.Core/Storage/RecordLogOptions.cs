using Gateway.Core.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Core.Storage;

/// <summary>How a <see cref="RecordLog"/> works, and whose it is.</summary>
public sealed class RecordLogOptions
{
    /// <summary>
    /// Zero: a durable wait is answered after an fsync, which all who wait share. Otherwise it is answered once the record
    /// is the operating system's (it survives the end of the process, not that of the machine), and an fsync follows
    /// within this time.
    /// </summary>
    public TimeSpan SyncInterval { get; init; }

    /// <summary>The size in bytes at which a new segment is begun. A segment is larger by at most one batch of 64 kB or one record.</summary>
    public long SegmentBytes { get; init; } = 64 << 20;

    /// <summary>How many bytes may be in memory because they are not yet on the disk; also the limit of one record.</summary>
    public int MaxQueuedBytes { get; init; } = 64 << 20;

    /// <summary>The label <c>tenant</c> of the log's metrics and messages.</summary>
    public string Tenant { get; init; } = Tenants.Tenant.DefaultName;

    /// <summary>The label <c>module</c> of the log's metrics and messages.</summary>
    public string Module { get; init; } = "";

    /// <summary>Where sizes and commit latencies are shown; nowhere unless given.</summary>
    public GatewayMetrics? Metrics { get; init; }

    /// <summary>Where repairs and failures are reported.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>How the log reaches the disk; another one to let it fail.</summary>
    internal LogFiles Files { get; init; } = new();

    /// <summary>How long the log waits after a failure before it tries again.</summary>
    internal TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);
}
