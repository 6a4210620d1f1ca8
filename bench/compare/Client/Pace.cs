namespace Gateway.Compare.Client;

/// <summary>When the next message may be published.</summary>
/// <param name="Window">Messages that may be under way.</param>
/// <param name="Burst">How many messages are published at once.</param>
/// <param name="Interval">The time between two messages.</param>
/// <param name="Pause">How long to let frames gather before they are read, so that reads, and with them the server's writes, are few and large.</param>
readonly record struct Pace(long Window, int Burst, TimeSpan Interval, TimeSpan Pause)
{
    const int FloodWindow = 64;

    /// <summary>As fast as the subscribers receive; where a server wants messages in bursts, two of them are under way.</summary>
    internal static Pace Flooded(Dialect dialect) => new(Math.Max(FloodWindow, 2 * dialect.Burst), dialect.Burst, TimeSpan.Zero, TimeSpan.FromMicroseconds(200));

    /// <summary>So many messages a second.</summary>
    internal static Pace At(int rate) => new(long.MaxValue, 1, TimeSpan.FromSeconds(1.0 / rate), TimeSpan.Zero);
}
