using Gateway.Compare.Client;
using Gateway.Compare.Targets;

namespace Gateway.Compare.Work;

/// <summary>Messages to subscribers: as fast as they go, and at a pace, where latency means something.</summary>
/// <param name="name">What <c>--only</c> calls it.</param>
/// <param name="channel">How messages get to the subscribers.</param>
/// <param name="subscribers">How many there are.</param>
/// <param name="topics">How many topics they are spread over.</param>
/// <param name="flooded">Whether to flood.</param>
/// <param name="rate">Messages a second of a paced run; 0 for none.</param>
sealed class FanOut(string name, Channel channel, int subscribers, int topics = 1, bool flooded = true, int rate = 0) : Job(name, channel)
{
    internal override bool Joins => flooded && topics == 1;

    internal override IEnumerable<Sample> Run(Server server, TimeSpan duration)
    {
        using var group = new Group(server.Dialect, subscribers, topics);
        if (flooded)
        {
            Measurement.Warm(group, Pace.Flooded(server.Dialect));
            yield return Measurement.Of(server, group, Pace.Flooded(server.Dialect), duration).ToSample($"{Name}: flooded");
        }

        if (rate > 0)
        {
            Measurement.Warm(group, Pace.At(rate));
            yield return Measurement.Of(server, group, Pace.At(rate), duration).ToSample($"{Name}: {rate} messages/s");
        }
    }
}
