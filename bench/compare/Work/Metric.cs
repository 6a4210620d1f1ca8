namespace Gateway.Compare.Work;

/// <summary>Something that is measured: a column of the tables.</summary>
/// <param name="Title">Its heading, with the unit.</param>
/// <param name="Format">How its numbers are written.</param>
/// <param name="MoreIsBetter">Whether the highest is the best.</param>
sealed record Metric(string Title, string Format, bool MoreIsBetter = false)
{
    internal static readonly Metric Deliveries = new("deliveries/s", "N0", MoreIsBetter: true);
    internal static readonly Metric Server = new("server CPU-µs", "F2");
    internal static readonly Metric Client = new("client CPU-µs", "F2");
    internal static readonly Metric P50 = new("p50 ms", "F2");
    internal static readonly Metric P99 = new("p99 ms", "F2");
    internal static readonly Metric P999 = new("p99.9 ms", "F2");
    internal static readonly Metric CalmP99 = new("p99 ms before", "F2");
    internal static readonly Metric Lost = new("not delivered", "N0");
    internal static readonly Metric CutOff = new("cut off", "N0");
    internal static readonly Metric Resident = new("kB resident each", "F1");
    internal static readonly Metric Growth = new("MB more", "F0");
    internal static readonly Metric Connects = new("connects/s", "N0", MoreIsBetter: true);
    internal static readonly Metric Turns = new("subscribed and left/s", "N0", MoreIsBetter: true);
    internal static readonly Metric Times = new("times", "N0", MoreIsBetter: true);
}
