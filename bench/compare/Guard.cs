using System.Globalization;
using Gateway.Compare.Client;
using Gateway.Compare.Targets;
using Gateway.Compare.Work;

namespace Gateway.Compare;

/// <summary>
/// Fails when a delivery has become much dearer: the gateway's CPU time for it, as a multiple of what a bare send costs in the
/// same seconds, so that neither a slow machine nor a busy one matters. The best of some tries counts.
/// </summary>
static class Guard
{
    const int Subscribers = 1000;
    const int Rate = 100;
    const int Tries = 3;

    // About three times what they are: a guard against accidents, not a measurement.
    const double MostFlooded = 8;
    const double MostPaced = 4;

    static readonly TimeSpan Duration = TimeSpan.FromSeconds(1);

    internal static int Run()
    {
        using var gateway = new GatewayTarget().Start(Channel.WebSocket);
        using var joined = new FloorTarget(joined: true).Start(Channel.WebSocket);
        using var each = new FloorTarget(joined: false).Start(Channel.WebSocket);
        bool flooded = Holds("flooded", gateway, joined, Pace.Flooded(gateway.Dialect), MostFlooded);
        bool paced = Holds($"{Rate} messages/s", gateway, each, Pace.At(Rate), MostPaced);
        return flooded && paced ? 0 : 1;
    }

    static bool Holds(string name, Server gateway, Server floor, Pace pace, double most)
    {
        using var ours = new Group(gateway.Dialect, Subscribers);
        using var theirs = new Group(floor.Dialect, Subscribers);
        Measurement.Warm(ours, pace);
        Measurement.Warm(theirs, pace);
        double best = double.MaxValue;
        for (int i = 0; i < Tries; i++)
        {
            var measured = Measurement.Of(gateway, ours, pace, Duration);
            double ratio = measured.ServerMicros / Measurement.Of(floor, theirs, pace, Duration).ServerMicros;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"guard: {name}: {ratio:F2} x a bare send, {measured.Tally.Lost + measured.Tally.Reordered} not delivered"));
            best = Math.Min(best, ratio);
        }

        bool holds = best <= most;
        if (!holds)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"guard: {name}: a delivery costs {best:F2} x a bare send at best; {most} x is allowed"));
        return holds;
    }
}
