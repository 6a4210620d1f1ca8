using Gateway.Core.Configuration;

namespace Gateway.Core.Hosting;

/// <summary><c>Limits</c>: how many long-lived connections may be open at once.</summary>
public sealed class LimitOptions
{
    /// <summary>In all; 0 = no limit but the process's file descriptors.</summary>
    [AllowedRange(0, int.MaxValue, Description = "no limit")]
    public int Connections { get; set; }

    /// <summary>From one client address; 0 = no limit.</summary>
    [AllowedRange(0, int.MaxValue, Description = "no limit")]
    public int ConnectionsPerAddress { get; set; }
}
