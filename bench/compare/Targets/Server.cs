using Gateway.Benchmarks.Load;
using Gateway.Compare.Client;

namespace Gateway.Compare.Targets;

/// <summary>A server that runs, until it is disposed.</summary>
sealed class Server(Dialect dialect, ProcessUsage usage, IDisposable process) : IDisposable
{
    internal Dialect Dialect { get; } = dialect;

    /// <summary>What its process and its children have used.</summary>
    internal ProcessUsage Usage { get; } = usage;

    public void Dispose() => process.Dispose();
}
