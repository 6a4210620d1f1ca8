namespace Gateway.Benchmarks.Load;

/// <summary>When a publisher may send its next message.</summary>
/// <param name="Mode">The load that it makes.</param>
/// <param name="Window">Messages that some subscriber may still lack.</param>
/// <param name="Interval">The time between two messages.</param>
/// <param name="Pause">How long to let frames gather before they are read, so that reads, and with them the server's writes, are few and large.</param>
readonly record struct Pace(LoadMode Mode, long Window, TimeSpan Interval, TimeSpan Pause)
{
    internal static Pace Flooded(int window) => new(LoadMode.Flooded, window, TimeSpan.Zero, TimeSpan.FromMicroseconds(200));

    internal static Pace Paced(int rate) => new(LoadMode.Paced, long.MaxValue, TimeSpan.FromSeconds(1.0 / rate), TimeSpan.Zero);
}
