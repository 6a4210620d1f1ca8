namespace Gateway.Compare.Client;

/// <summary>When the next message may be published.</summary>
/// <param name="Window">Messages that may be under way.</param>
/// <param name="Interval">The time between two messages.</param>
/// <param name="Pause">How long to let frames gather before they are read, so that reads, and with them the server's writes, are few and large.</param>
readonly record struct Pace(long Window, TimeSpan Interval, TimeSpan Pause)
{
    /// <summary>As fast as the subscribers receive.</summary>
    internal static Pace Flooded => new(64, TimeSpan.Zero, TimeSpan.FromMicroseconds(200));

    /// <summary>So many messages a second.</summary>
    internal static Pace At(int rate) => new(long.MaxValue, TimeSpan.FromSeconds(1.0 / rate), TimeSpan.Zero);
}
