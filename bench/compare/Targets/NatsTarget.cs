using Gateway.Benchmarks.Load;
using Gateway.Compare.Client;

namespace Gateway.Compare.Targets;

/// <summary>nats-server with its WebSocket listener.</summary>
sealed class NatsTarget : ProcessTarget
{
    const string Connect = "CONNECT {\"verbose\":false}\r\n";

    readonly string? _program = Programs.Find("nats-server");

    internal override string Name => "nats-server";

    internal override string? Missing => _program is null ? "apt-get install nats-server" : null;

    internal override string Version => Programs.FirstLine(_program!, "--version");

    internal override bool Can(Channel channel) => channel is Channel.WebSocket or Channel.Membership;

    protected override Dialect Speak(Channel channel, int port) => new()
    {
        Port = port,
        Framing = Framing.WebSocket,
        Binary = true,
        Target = _ => "/",
        Opening = [topic => $"{Connect}SUB t{topic} 1\r\n"],
        PublisherFraming = Framing.WebSocket,
        PublisherTarget = _ => "/",
        PublisherOpening = [Connect],
        Encoder = new EnvelopeEncoder((topic, size) => ($"PUB t{topic} {size}\r\n", "\r\n"), opcode: 2),
        Membership = new(
            topic => $"SUB t{topic} {topic}\r\n",
            topic => $"UNSUB {topic}\r\n",
            Joined: [.. "+OK"u8],
            Left: [.. "+OK"u8],
            Opening: ["CONNECT {\"verbose\":true}\r\n"],
            Target: "/"),
    };

    protected override ProcessUsage Run(ServerProcess process, int port)
    {
        string file = Path.Combine(process.Folder, "nats.conf");
        File.WriteAllText(file, $$"""
            listen: "127.0.0.1:{{Sockets.FreePort()}}"
            websocket { listen: "127.0.0.1:{{port}}", no_tls: true }
            """);
        return process.Start(port, _program!, ["-c", file]);
    }
}
