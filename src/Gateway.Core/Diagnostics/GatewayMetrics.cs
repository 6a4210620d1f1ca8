using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using Gateway.Core.Connections;
using Gateway.Core.Storage;
using Gateway.Core.Tenants;

namespace Gateway.Core.Diagnostics;

/// <summary>
/// The gateway's one meter, <see cref="MeterName"/>: the same instruments for every module, told apart by the label
/// <c>module</c> and <c>tenant</c>. Connections are counted by the registry as it takes them in and lets
/// them go, and what waits for them is asked of them, so that neither can drift from what is there.
/// </summary>
public sealed class GatewayMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Gateway";

    /// <summary>The histogram of fan-out latencies; its buckets are set where the exporter is.</summary>
    public const string FanOutLatency = "gateway.fanout.latency";

    /// <summary>The histogram of the times that durable writes wait for the disk; its buckets are set where the exporter is.</summary>
    public const string CommitLatency = "gateway.log.commit.latency";

    internal const string ConnectionsClosed = "gateway.connections.closed";

    readonly ConcurrentDictionary<(string Tenant, string Module), ModuleMetrics> _modules = new();
    readonly ConcurrentDictionary<RecordLog, ModuleMetrics> _logs = new();
    readonly Histogram<double> _fanOut;
    readonly Histogram<double> _commit;
    readonly ConnectionRegistry _connections;
    readonly ConcurrentDictionary<Tenant, bool> _tenants = [];

    /// <summary>Creates the instruments.</summary>
    public GatewayMetrics(IMeterFactory factory, ConnectionRegistry connections)
    {
        _connections = connections;
        var meter = factory.Create(MeterName);
        meter.CreateObservableGauge("gateway.connections", CountConnections, description: "Open connections.");
        meter.CreateObservableGauge("gateway.queue", SumQueues, "By", "Bytes that wait to be sent to clients.");
        meter.CreateObservableCounter("gateway.connections.opened", () => Each(m => m.Opened),
            description: "Connections opened.");
        meter.CreateObservableCounter(ConnectionsClosed, Closed, description: "Connections closed, by reason.");
        meter.CreateObservableCounter("gateway.frames.published", () => Each(m => m.Published.Frames),
            description: "Messages published.");
        meter.CreateObservableCounter("gateway.published", () => Each(m => m.Published.Bytes), "By",
            "Bytes of the messages published, as on the wire.");
        meter.CreateObservableCounter("gateway.frames.delivered", () => Each(m => m.Delivered.Frames),
            description: "Messages handed to the network, counted once for each client.");
        meter.CreateObservableCounter("gateway.delivered", () => Each(m => m.Delivered.Bytes), "By",
            "Bytes of the messages handed to the network.");
        meter.CreateObservableCounter("gateway.frames.dropped", () => Dropped(count => count.Frames),
            description: "Messages that did not reach a client, by reason.");
        meter.CreateObservableCounter("gateway.dropped", () => Dropped(count => count.Bytes), "By",
            "Bytes of the messages that did not reach a client, by reason.");
        meter.CreateObservableCounter("gateway.auth.refused", Refused, description: "Clients refused, by the code of the fault.");
        meter.CreateObservableCounter("gateway.tenant.limit.refusals", LimitRefusals,
            description: "What a tenant was refused as it is over a limit, by limit.");
        meter.CreateObservableGauge("gateway.tenant.stored", () => _tenants.Keys.Select(tenant => new Measurement<long>(tenant.Storage.UsedBytes, Tag("tenant", tenant.Name))), "By",
            "Bytes that the modules of a tenant keep on disk.");
        _fanOut = meter.CreateHistogram<double>(FanOutLatency, "s",
            "Time from a publish until the last subscriber of a sender loop had been served.");
        meter.CreateObservableGauge("gateway.log.size", () => SumLogs(log => log.StoredBytes), "By",
            "Bytes of the logs on the disk, snapshots included.");
        meter.CreateObservableGauge("gateway.log.queue", () => SumLogs(log => log.QueuedBytes), "By",
            "Bytes of records that are not yet on the disk.");
        meter.CreateObservableGauge("gateway.log.failed", () => SumLogs(log => log.IsFailed ? 1 : 0),
            description: "Logs that cannot be written at present.");
        meter.CreateObservableCounter("gateway.log.records", () => Each(m => m.Logged), description: "Records appended to logs.");
        meter.CreateObservableCounter("gateway.log.syncs", () => Each(m => m.Syncs), description: "Fsyncs of logs.");
        _commit = meter.CreateHistogram<double>(CommitLatency, "s",
            "Time for which the first of a group of durable writes waited for the disk.");
        ProcessInstruments.AddTo(meter);
    }

    internal ModuleMetrics For(string tenant, string module) => _modules.GetOrAdd((tenant, module), name =>
    {
        var tags = new TagList { Tag("tenant", name.Tenant), Tag("module", name.Module) };
        return new ModuleMetrics(name.Tenant, name.Module, seconds => _fanOut.Record(seconds, tags), seconds => _commit.Record(seconds, tags));
    });

    /// <summary>The counts of every module of every tenant.</summary>
    internal IEnumerable<ModuleMetrics> Modules => _modules.Values;

    internal void Add(Tenant tenant) => _tenants[tenant] = true;

    internal void Remove(Tenant tenant) => _tenants.TryRemove(tenant, out _);

    IEnumerable<Measurement<long>> LimitRefusals() =>
        from tenant in _tenants.Keys
        from refused in tenant.Limits.Refused
        select new Measurement<long>(refused.Count, Tag("tenant", tenant.Name), Tag("limit", refused.Limit));

    /// <summary>Shows a log until it is removed.</summary>
    internal ModuleMetrics AddLog(RecordLog log, string tenant, string module) => _logs[log] = For(tenant, module);

    internal void RemoveLog(RecordLog log) => _logs.TryRemove(log, out _);

    IEnumerable<Measurement<long>> Each(Func<ModuleMetrics, long> value) => _modules.Values.Select(m => Measure(m, value(m)));

    // There are more reasons than anything else. A module that nobody has connected to has none to show, and whoever connects
    // brings them all, at zero: a rate misses no first one.
    IEnumerable<Measurement<long>> Closed() =>
        from m in _modules.Values
        where m.Opened > 0
        from reason in CloseReasons.All
        select Measure(m, m.Closed(reason), Tag("reason", reason.Label()));

    IEnumerable<Measurement<long>> Dropped(Func<FrameCount, long> value) =>
        from m in _modules.Values
        from reason in Enum.GetValues<DropReason>()
        select Measure(m, value(m.Dropped(reason)), Tag("reason", Label(reason)));

    IEnumerable<Measurement<long>> Refused() =>
        from m in _modules.Values
        from refused in m.Refused
        select Measure(m, refused.Value, Tag("code", refused.Key));

    IEnumerable<Measurement<long>> CountConnections() =>
        _modules.Values.Union(_connections.Open.Keys).Select(module => Measure(module, _connections.Open.GetValueOrDefault(module)));

    // One walk over the connections, however many modules and tenants there are. Of one that keeps up it reads one number.
    List<Measurement<long>> SumQueues()
    {
        var sums = _modules.Values.ToDictionary(module => module, _ => 0L);
        foreach (var connection in _connections.Connections.Where(connection => connection.IsBehind))
            CollectionsMarshal.GetValueRefOrAddDefault(sums, connection.Settings.Metrics, out _) += connection.QueuedBytes;
        return [.. sums.Select(sum => Measure(sum.Key, sum.Value))];
    }

    IEnumerable<Measurement<long>> SumLogs(Func<RecordLog, long> value) =>
        _logs.GroupBy(log => log.Value, (module, logs) => Measure(module, logs.Sum(log => value(log.Key))));

    static Measurement<long> Measure(ModuleMetrics module, long value, params ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        tags.IsEmpty ? new(value, module.Tags.AsSpan()) : new(value, [.. module.Tags, .. tags]);

    internal static string Label(DropReason reason) => reason switch
    {
        DropReason.NoSubscriber => "no_subscriber",
        DropReason.SlowConsumer => "slow_consumer",
        _ => "client_gone",
    };

    static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
