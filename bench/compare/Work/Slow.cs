using Gateway.Compare.Client;
using Gateway.Compare.Targets;

namespace Gateway.Compare.Work;

/// <summary>Some of the subscribers stop reading: what that does to the others, and to the server's memory.</summary>
/// <param name="name">What <c>--only</c> calls it.</param>
/// <param name="subscribers">How many there are, with the slow ones.</param>
/// <param name="slow">How many stop.</param>
/// <param name="rate">Messages a second where latency is measured.</param>
sealed class Slow(string name, int subscribers, int slow, int rate) : Job(name, Channel.WebSocket)
{
    internal override bool For(Target target) => base.For(target) && !target.IsFloor;

    internal override IEnumerable<Sample> Run(Server server, TimeSpan duration)
    {
        using var group = new Group(server.Dialect, subscribers);
        Measurement.Warm(group, Pace.Flooded(server.Dialect));
        Measurement.Warm(group, Pace.At(rate));
        var calm = Measurement.Of(server, group, Pace.At(rate), duration);
        foreach (var subscriber in group.Subscribers.Take(slow).ToList())
            group.Stall(subscriber);
        long before = server.Usage.ResidentBytes;
        var flooded = Measurement.Of(server, group, Pace.Flooded(server.Dialect), duration);
        double growth = (server.Usage.ResidentBytes - before) / 1e6;
        var paced = Measurement.Of(server, group, Pace.At(rate), duration);
        yield return flooded.ToSample($"{Name}: flooded", (Metric.Growth, growth));
        yield return paced.ToSample($"{Name}: {rate} messages/s", (Metric.CalmP99, calm.P99)) with { Leading = Metric.P99 };
    }
}
