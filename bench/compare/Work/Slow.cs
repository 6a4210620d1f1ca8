using Gateway.Compare.Client;
using Gateway.Compare.Targets;

namespace Gateway.Compare.Work;

/// <summary>Some subscribers stop reading: what that does to the others, and to the server's memory.</summary>
/// <param name="name">What <c>--only</c> calls it.</param>
/// <param name="subscribers">How many there are, with the slow ones.</param>
/// <param name="slow">How many read nothing.</param>
/// <param name="rate">Messages a second where latency is measured.</param>
sealed class Slow(string name, int subscribers, int slow, int rate) : Job(name, Channel.WebSocket)
{
    // Longer than usual, and into small buffers, so that what is not read becomes the server's soon.
    const int MessageBytes = 1024;
    const int ReceiveBuffer = 4096;

    static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(10);
    static readonly TimeSpan SubscribeTime = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(20);

    internal override bool For(Target target) => base.For(target) && !target.IsFloor;

    internal override IEnumerable<Sample> Run(Server server, TimeSpan duration)
    {
        using var group = new Group(server.Dialect, subscribers - slow, messageBytes: MessageBytes);
        Measurement.Warm(group, Pace.Flooded(server.Dialect));
        Measurement.Warm(group, Pace.At(rate));
        var calm = Measurement.Of(server, group, Pace.At(rate), duration);
        Stall(group);

        long before = server.Usage.ResidentBytes;
        long most = before;
        using var watch = new Disturbance(() =>
        {
            most = Math.Max(most, server.Usage.ResidentBytes);
            Thread.Sleep(SampleInterval);
        });
        var flooded = Measurement.Of(server, group, Pace.Flooded(server.Dialect), duration);
        var paced = Measurement.Of(server, group, Pace.At(rate), duration);
        watch.Stop();
        yield return flooded.ToSample($"{Name}: flooded", (Metric.Growth, (most - before) / 1e6));
        yield return paced.ToSample($"{Name}: {rate} messages/s", (Metric.CalmP99, calm.P99)) with { Leading = Metric.P99 };
    }

    void Stall(Group group)
    {
        var stalled = Opener.Open(group.Loop, slow, _ => group.Dialect.Subscribe(0, ReceiveBuffer), OpenLimit);
        group.Loop.PollFor(SubscribeTime);
        stalled.ForEach(group.Loop.Ignore);
    }
}
