using Gateway.Benchmarks.Load;
using Gateway.Compare.Client;
using Gateway.Compare.Targets;

namespace Gateway.Compare.Work;

/// <summary>The figures of one stage: what it delivered, how long that took, and what it cost both sides.</summary>
sealed record Measurement(Stage Stage, Tally Tally, TimeSpan ServerCpu, TimeSpan ClientCpu)
{
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Lets the server compile what it runs.</summary>
    internal static void Warm(Group group, Pace pace) => Take(new Stage(group, pace, WarmUp), group);

    /// <summary>Runs a stage to its end.</summary>
    internal static Measurement Of(Server server, Group group, Pace pace, TimeSpan duration)
    {
        var (before, client) = (server.Usage.Cpu, Environment.CpuUsage.TotalTime);
        var stage = new Stage(group, pace, duration);
        var tally = Take(stage, group);
        return new(stage, tally, server.Usage.Cpu - before, Environment.CpuUsage.TotalTime - client);
    }

    internal double DeliveriesPerSecond => Tally.Deliveries / Stage.Elapsed.TotalSeconds;

    internal double ServerMicros => ServerCpu.TotalMicroseconds / Tally.Deliveries;

    internal double ClientMicros => ClientCpu.TotalMicroseconds / Tally.Deliveries;

    internal double P99 => Tally.Latency.Milliseconds(0.99);

    /// <summary>As a row of the tables.</summary>
    internal Sample ToSample(string row, params (Metric Metric, double Value)[] more) => new(
        row,
        Metric.Server,
        [
            (Metric.Deliveries, DeliveriesPerSecond),
            (Metric.Server, ServerMicros),
            (Metric.Client, ClientMicros),
            (Metric.P50, Tally.Latency.Milliseconds(0.5)),
            (Metric.P99, P99),
            (Metric.P999, Tally.Latency.Milliseconds(0.999)),
            (Metric.Lost, Tally.Lost + Tally.Reordered),
            .. more,
        ]);

    static Tally Take(Stage stage, Group group)
    {
        var tally = stage.Run();
        return tally.Deliveries > 0 && group.Hearers.Count > 0
            ? tally
            : throw new LoadFault($"nothing comes any more: the server has ended {group.Loop.Ended} connections");
    }
}
