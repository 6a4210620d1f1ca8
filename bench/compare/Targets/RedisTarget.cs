using Gateway.Benchmarks.Load;
using Gateway.Compare.Client;

namespace Gateway.Compare.Targets;

/// <summary>Redis by itself: its own clients subscribe, without WebSockets. What a router in front of it adds is measured against it.</summary>
sealed class RedisTarget : ProcessTarget
{
    readonly string? _program = Programs.Find("redis-server");

    internal override string Name => "redis-server, own clients";

    internal override string? Missing => _program is null ? "apt-get install redis-server" : null;

    internal override string Version => Programs.FirstLine(_program!, "--version");

    internal override bool Can(Channel channel) => channel == Channel.Redis;

    protected override Dialect Speak(Channel channel, int port) => new()
    {
        Port = port,
        Framing = Framing.Raw,
        Opening = [topic => Command("SUBSCRIBE", $"t{topic}")],
        PublisherFraming = Framing.Raw,
        Encoder = new EnvelopeEncoder((topic, size) => ($"*3\r\n$7\r\nPUBLISH\r\n${$"t{topic}".Length}\r\nt{topic}\r\n${size}\r\n", "\r\n"), opcode: 0),
        SubscribersPublish = false,
    };

    protected override ProcessUsage Run(ServerProcess process, int port) =>
        process.Start(port, _program!, ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--maxclients", "19000", "--client-output-buffer-limit", "pubsub 0 0 0"]);

    static string Command(params string[] words) =>
        $"*{words.Length}\r\n{string.Concat(words.Select(word => $"${word.Length}\r\n{word}\r\n"))}";
}
