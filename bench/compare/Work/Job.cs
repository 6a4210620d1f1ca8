using Gateway.Compare.Targets;

namespace Gateway.Compare.Work;

/// <summary>Work that is done by every server that can, each time by a fresh process.</summary>
/// <param name="name">What <c>--only</c> calls it.</param>
/// <param name="channel">How messages get to the clients.</param>
abstract class Job(string name, Channel channel)
{
    internal string Name { get; } = name;

    internal Channel Channel { get; } = channel;

    /// <summary>Whether the floor that joins nothing differs from the other, and takes part too.</summary>
    internal virtual bool Joins => false;

    /// <summary>Whether that server does it.</summary>
    internal virtual bool For(Target target) => target.Can(Channel);

    /// <summary>Does it, for about that long in each measured run.</summary>
    internal abstract IEnumerable<Sample> Run(Server server, TimeSpan duration);
}
