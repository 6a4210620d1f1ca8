using System.Diagnostics;
using Gateway.Compare.Client;
using Gateway.Compare.Targets;

namespace Gateway.Compare.Work;

/// <summary>Paced messages while other clients go and come back, all at once, every second where the server is fast enough.</summary>
/// <param name="name">What <c>--only</c> calls it.</param>
/// <param name="subscribers">Those who stay.</param>
/// <param name="others">Those who come and go.</param>
/// <param name="rate">Messages a second.</param>
sealed class Reconnect(string name, int subscribers, int others, int rate) : Job(name, Channel.WebSocket)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(30);

    internal override IEnumerable<Sample> Run(Server server, TimeSpan duration)
    {
        using var group = new Group(server.Dialect, subscribers);
        ComeAndGo(server);
        Measurement.Warm(group, Pace.At(rate));
        var calm = Measurement.Of(server, group, Pace.At(rate), duration);
        using var disturbance = new Disturbance(() => ComeAndGo(server));
        var disturbed = Measurement.Of(server, group, Pace.At(rate), duration);
        disturbance.Stop();
        yield return disturbed.ToSample(Name, (Metric.CalmP99, calm.P99), (Metric.Times, disturbance.Times)) with { Leading = Metric.P99 };
    }

    void ComeAndGo(Server server)
    {
        long begin = Stopwatch.GetTimestamp();
        using (var loop = new Loop())
            Opener.Open(loop, others, _ => server.Dialect.Subscribe(1), OpenLimit);
        var left = Interval - Stopwatch.GetElapsedTime(begin);
        if (left > TimeSpan.Zero)
            Thread.Sleep(left);
    }
}
