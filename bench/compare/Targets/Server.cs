using Gateway.Benchmarks.Load;
using Gateway.Compare.Client;

namespace Gateway.Compare.Targets;

/// <summary>A server that runs, until it is disposed.</summary>
/// <param name="dialects">How to speak with it, on each of its channels.</param>
/// <param name="usage">What its process uses.</param>
/// <param name="process">What ends it.</param>
/// <param name="folder">Where its files are.</param>
sealed class Server(IReadOnlyDictionary<Channel, Dialect> dialects, ProcessUsage usage, IDisposable process, string folder) : IDisposable
{
    /// <summary>How to speak with it on its first channel.</summary>
    internal Dialect Dialect { get; } = dialects.Values.First();

    /// <summary>How to speak with it on each.</summary>
    internal IReadOnlyDictionary<Channel, Dialect> Dialects { get; } = dialects;

    /// <summary>The folder that all its files are in.</summary>
    internal string Folder { get; } = folder;

    /// <summary>What its process and its children have used.</summary>
    internal ProcessUsage Usage { get; } = usage;

    public void Dispose() => process.Dispose();
}
