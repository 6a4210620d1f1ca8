using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Gateway.Core.Connections;

namespace Gateway.Core.Diagnostics;

/// <summary>
/// The gateway's one meter, <see cref="MeterName"/>: the same instruments for every module, told apart by the label
/// <c>module</c>. Gauges are counted from what is there when somebody asks, so that they cannot drift.
/// </summary>
public sealed class GatewayMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Gateway";

    /// <summary>The histogram of fan-out latencies; its buckets are set where the exporter is.</summary>
    public const string FanOutLatency = "gateway.fanout.latency";

    readonly ConcurrentDictionary<string, ModuleMetrics> _modules = new();
    readonly Histogram<double> _fanOut;
    readonly ConnectionRegistry _connections;

    /// <summary>Creates the instruments.</summary>
    public GatewayMetrics(IMeterFactory factory, ConnectionRegistry connections)
    {
        _connections = connections;
        var meter = factory.Create(MeterName);
        meter.CreateObservableGauge("gateway.connections", CountConnections, description: "Open connections.");
        meter.CreateObservableGauge("gateway.queue", SumQueues, "By", "Bytes that wait to be sent to clients.");
        meter.CreateObservableCounter("gateway.connections.opened", () => Each(m => m.Opened),
            description: "Connections opened.");
        meter.CreateObservableCounter("gateway.connections.closed", Closed, description: "Connections closed, by reason.");
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
        _fanOut = meter.CreateHistogram<double>(FanOutLatency, "s",
            "Time from a publish until the last subscriber of a sender loop had been served.");
        ProcessInstruments.AddTo(meter);
    }

    internal ModuleMetrics For(string module) => _modules.GetOrAdd(module, name =>
    {
        var tag = Tag("module", name);
        return new ModuleMetrics(name, seconds => _fanOut.Record(seconds, tag));
    });

    IEnumerable<Measurement<long>> Each(Func<ModuleMetrics, long> value) =>
        _modules.Values.Select(m => new Measurement<long>(value(m), Tag("module", m.Module)));

    IEnumerable<Measurement<long>> Closed() =>
        from m in _modules.Values
        from reason in CloseReasons.All
        select new Measurement<long>(m.Closed(reason), Tag("module", m.Module), Tag("reason", reason.Label()));

    IEnumerable<Measurement<long>> Dropped(Func<FrameCount, long> value) =>
        from m in _modules.Values
        from reason in Enum.GetValues<DropReason>()
        select new Measurement<long>(value(m.Dropped(reason)), Tag("module", m.Module), Tag("reason", Label(reason)));

    IEnumerable<Measurement<long>> CountConnections() => Each(m => _connections.Connections.Count(c => c.Module == m.Module));

    IEnumerable<Measurement<long>> SumQueues() =>
        Each(m => _connections.Connections.Where(c => c.Module == m.Module).Sum(c => c.QueuedBytes));

    static string Label(DropReason reason) => reason switch
    {
        DropReason.NoSubscriber => "no_subscriber",
        DropReason.SlowConsumer => "slow_consumer",
        _ => "client_gone",
    };

    static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
