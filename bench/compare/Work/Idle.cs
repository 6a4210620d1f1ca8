using System.Diagnostics;
using Gateway.Compare.Client;
using Gateway.Compare.Targets;

namespace Gateway.Compare.Work;

/// <summary>Connections that do nothing: how fast they are accepted, and what they hold once memory is steady.</summary>
sealed class Idle(string name, Channel channel, int connections) : Job(name, channel)
{
    const int WarmUpConnections = 1000;
    const int SteadySamples = 8;
    const int MostSamples = 60;
    const double Steady = 0.002;
    static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(60);

    internal override IEnumerable<Sample> Run(Server server, TimeSpan duration)
    {
        using (var warmUp = new Loop())
            Open(server, warmUp, WarmUpConnections);
        using var loop = new Loop();
        long before = Settle(server, loop);
        var cpu = server.Usage.Cpu;
        long begin = Stopwatch.GetTimestamp();
        Open(server, loop, connections);
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        cpu = server.Usage.Cpu - cpu;
        long after = Settle(server, loop);
        yield return new Sample(
            Name,
            Metric.Resident,
            [
                (Metric.Resident, (after - before) / 1000.0 / connections),
                (Metric.Connects, connections / seconds),
                (Metric.Server, cpu.TotalMicroseconds / connections),
                (Metric.CutOff, loop.Ended),
            ]);
    }

    static void Open(Server server, Loop loop, int count) => Opener.Open(loop, count, _ => server.Dialect.Subscribe(0), OpenLimit);

    /// <summary>The resident memory once it has hardly changed for two seconds, or after a quarter of a minute as it is then.</summary>
    static long Settle(Server server, Loop loop)
    {
        long resident = server.Usage.ResidentBytes;
        for (int sample = 0, steady = 0; sample < MostSamples && steady < SteadySamples; sample++)
        {
            loop.PollFor(SampleInterval);
            long now = server.Usage.ResidentBytes;
            steady = Math.Abs(now - resident) <= resident * Steady ? steady + 1 : 0;
            resident = now;
        }

        return resident;
    }
}
