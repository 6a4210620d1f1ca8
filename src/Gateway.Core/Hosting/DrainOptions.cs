using Gateway.Core.Configuration;

namespace Gateway.Core.Hosting;

/// <summary><c>Drain</c>: what happens to the clients when the gateway is told to stop.</summary>
public sealed class DrainOptions
{
    /// <summary>The time over which the clients are sent away; it ends early when nobody is left. 0 = all at once.</summary>
    [AllowedDuration(Max = "01:00:00", Description = "all at once")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The time after which whatever still runs is cut; 0 = at once.</summary>
    [AllowedDuration(Max = "01:00:00", Description = "at once")]
    public TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(30);
}
