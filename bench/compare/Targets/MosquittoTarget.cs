using Gateway.Benchmarks.Load;
using Gateway.Compare.Client;

namespace Gateway.Compare.Targets;

/// <summary>The MQTT broker mosquitto with a WebSocket listener.</summary>
sealed class MosquittoTarget : ProcessTarget
{
    // MQTT 3.1.1, a clean session, no keep-alive, an empty client id.
    const string Connect = "\x10\x0c\0\x04MQTT\x04\x02\0\0\0\0";

    readonly string? _program = Programs.Find("mosquitto");

    internal override string Name => "mosquitto";

    internal override string? Missing => _program is null ? "apt-get install mosquitto" : null;

    internal override string Version => Programs.FirstLine(_program!, "-h");

    internal override bool Can(Channel channel) => channel is Channel.WebSocket or Channel.Membership;

    protected override Dialect Speak(Channel channel, int port) => new()
    {
        Port = port,
        Framing = Framing.WebSocket,
        Binary = true,
        Subprotocol = "mqtt",
        Target = _ => "/mqtt",
        Opening = [_ => Connect, Subscribe],
        PublisherFraming = Framing.WebSocket,
        PublisherTarget = _ => "/mqtt",
        PublisherOpening = [Connect],
        Encoder = new EnvelopeEncoder((topic, size) => (Packet('\x30', Topic(topic), size), ""), opcode: 2),
        Membership = new(
            Subscribe,
            topic => Packet('\xa2', $"\0\x01{Topic(topic)}"),
            Joined: [0x90, 3],
            Left: [0xb0, 2],
            Opening: [Connect],
            Target: "/mqtt"),
    };

    protected override ProcessUsage Run(ServerProcess process, int port)
    {
        string file = Path.Combine(process.Folder, "mosquitto.conf");
        // It serves WebSockets only beside a plain listener.
        File.WriteAllText(file, $"""
            allow_anonymous true
            log_type error
            max_queued_messages 0
            max_inflight_messages 0
            set_tcp_nodelay true
            listener {Sockets.FreePort()} 127.0.0.1
            listener {port}
            protocol websockets
            socket_domain ipv4
            """);
        return process.Start(port, _program!, ["-c", file]);
    }

    static string Subscribe(int topic) => Packet('\x82', $"\0\x01{Topic(topic)}\0");

    static string Topic(int topic) => $"\0\x06t{topic:00000}";

    static string Packet(char type, string body, int more = 0)
    {
        int length = body.Length + more;
        string digits = length < 128 ? $"{(char)length}" : $"{(char)((length & 127) | 128)}{(char)(length >> 7)}";
        return type + digits + body;
    }
}
