using Microsoft.Extensions.Logging;

namespace Gateway.Core.Hosting;

/// <summary><c>Log</c>: what the gateway writes to standard error.</summary>
public sealed class LogOptions
{
    /// <summary>What is logged at least. <c>Debug</c> has a line for each connection that ends, <c>None</c> nothing at all.</summary>
    public LogLevel Level { get; set; } = LogLevel.Information;
}
