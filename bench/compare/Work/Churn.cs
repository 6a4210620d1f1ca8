using System.Diagnostics;
using Gateway.Compare.Client;
using Gateway.Compare.Targets;

namespace Gateway.Compare.Work;

/// <summary>Clients that subscribe to a topic and leave it again without end, each one topic, waiting for every answer.</summary>
sealed class Churn(string name, int clients) : Job(name, Channel.Membership)
{
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(20);

    internal override IEnumerable<Sample> Run(Server server, TimeSpan duration)
    {
        var membership = server.Dialect.Membership!;
        using var loop = new Loop();
        var members = Opener.Open(loop, clients, i => server.Dialect.Join(membership, i), OpenLimit);
        // What servers say at first must not be taken for an answer.
        loop.PollFor(TimeSpan.FromMilliseconds(500));
        members.ForEach(member => member.Run());
        loop.PollFor(WarmUp);

        var (turns, cpu, client) = (members.Sum(member => member.Turns), server.Usage.Cpu, Environment.CpuUsage.TotalTime);
        long begin = Stopwatch.GetTimestamp();
        loop.PollFor(duration);
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        (turns, cpu, client) = (members.Sum(member => member.Turns) - turns, server.Usage.Cpu - cpu, Environment.CpuUsage.TotalTime - client);
        yield return new Sample(
            Name,
            Metric.Server,
            [
                (Metric.Turns, turns / seconds),
                (Metric.Server, cpu.TotalMicroseconds / turns),
                (Metric.Client, client.TotalMicroseconds / turns),
                (Metric.CutOff, loop.Ended),
            ]);
    }
}
