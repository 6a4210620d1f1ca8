using System.Reflection;
using Gateway.Benchmarks.Load;
using Gateway.Compare.Client;

namespace Gateway.Compare.Targets;

/// <summary>A bare loop of <c>send</c>, as a mode of this program in a process of its own.</summary>
/// <param name="joined">Whether what was read at once is sent at once, or each message by a call of its own.</param>
sealed class FloorTarget(bool joined) : ProcessTarget
{
    /// <summary>Whether it joins messages.</summary>
    internal bool Joins { get; } = joined;

    internal override string Name => Joins ? "floor: send, joined" : "floor: send for each";

    internal override string Version => "this program";

    internal override bool IsFloor => true;

    internal override bool Can(Channel channel) => channel is Channel.WebSocket or Channel.EventStream;

    protected override Dialect Speak(Channel channel, int port) => new()
    {
        Port = port,
        Framing = channel == Channel.WebSocket ? Framing.WebSocket : Framing.Http,
        Target = topic => $"/{(channel == Channel.WebSocket ? "both" : "sse")}/t{topic}",
        PublisherFraming = Framing.WebSocket,
        PublisherTarget = topic => $"/pub/t{topic}",
    };

    protected override ProcessUsage Run(ServerProcess process, int port) =>
        process.Start(port, "dotnet", [Assembly.GetExecutingAssembly().Location, Joins ? "serve-floor-joined" : "serve-floor-each", $"{port}"]);
}
