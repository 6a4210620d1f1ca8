namespace Gateway.Compare.Targets;

/// <summary>A kind of server that can be started and measured.</summary>
abstract class Target
{
    /// <summary>What it is called in the tables.</summary>
    internal abstract string Name { get; }

    /// <summary>How to install what it lacks on this machine; nothing when it is there.</summary>
    internal virtual string? Missing => null;

    /// <summary>Which version it is.</summary>
    internal abstract string Version { get; }

    /// <summary>Whether it is what the machine itself costs, rather than a server that people use.</summary>
    internal virtual bool IsFloor => false;

    internal abstract bool Can(Channel channel);

    /// <summary>Starts it; returns when it accepts connections.</summary>
    internal abstract Server Start(Channel channel);
}
