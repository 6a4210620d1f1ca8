using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using Gateway.Benchmarks.Load;
using Gateway.Compare.Client;

namespace Gateway.Compare.Targets;

/// <summary>The gateway of this repository, with nothing but the module that the work is for.</summary>
sealed class GatewayTarget : Target
{
    const string Collection = "00000000-0000-0000-0000-000000000000";

    // One for each module.
    static readonly IReadOnlyList<Channel> Modules = [Channel.WebSocket, Channel.EventStream, Channel.Redis, Channel.Json, Channel.Bytes];

    internal override string Name => "Gateway";

    internal override string Version => typeof(GatewayTarget).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    internal override bool Can(Channel channel) => true;

    internal override Server Start(Channel channel)
    {
        IReadOnlyList<Channel> channels = channel == Channel.All ? Modules : [channel];
        var gateway = new BuiltGateway($$"""
            { "Urls": "http://127.0.0.1:0", "Redis": { "EmbeddedPort": 0 }, "Modules": { {{string.Join(", ", channels.Select(Module))}} } }
            """);
        try
        {
            var dialects = channels.ToDictionary(one => one, one => Dialect(one, gateway));
            return new Server(dialects, gateway.Usage, gateway, gateway.Folder);
        }
        catch
        {
            gateway.Dispose();
            throw;
        }
    }

    static Dialect Dialect(Channel channel, BuiltGateway gateway) => channel switch
    {
        Channel.WebSocket => Channels(gateway.Address("Channels")),
        Channel.EventStream => Events(gateway.Address("Events")),
        Channel.Redis or Channel.Membership => Router(gateway.Address("Router"), gateway.Address("redis")),
        Channel.Json => JsonStore(gateway.Address("JsonStore")),
        Channel.Bytes => Streams(gateway.Address("Streams")),
        _ => throw new ArgumentOutOfRangeException(nameof(channel)),
    };

    /// <summary>The section of the module that serves it.</summary>
    static string Module(Channel channel) => channel switch
    {
        Channel.WebSocket => "\"Channels\": {}",
        Channel.EventStream => "\"Events\": {}",
        Channel.Redis or Channel.Membership => "\"Router\": { \"Services\": { \"open\": { \"RequireAuthentication\": false } } }",
        Channel.Json => "\"JsonStore\": {}",
        Channel.Bytes => "\"Streams\": {}",
        _ => throw new ArgumentOutOfRangeException(nameof(channel)),
    };

    static Dialect Channels(Uri address) => new()
    {
        Port = address.Port,
        Framing = Framing.WebSocket,
        Target = topic => $"/channels/t{topic}",
        PublisherFraming = Framing.WebSocket,
        PublisherHears = true,
    };

    static Dialect Router(Uri address, Uri redis) => new()
    {
        Port = address.Port,
        Framing = Framing.WebSocket,
        Target = _ => "/router",
        Opening = [topic => Router("subscribe", topic)],
        PublisherPort = redis.Port,
        PublisherFraming = Framing.Raw,
        SubscribersPublish = false,
        Encoder = new EnvelopeEncoder(
            (topic, size) =>
            {
                var (name, before, after) = ($"open.t{topic}", $"{{\"subscription\":\"open.t{topic}\",\"data\":\"", "\"}");
                return ($"*3\r\n$7\r\nPUBLISH\r\n${name.Length}\r\n{name}\r\n${before.Length + size + after.Length}\r\n{before}", $"{after}\r\n");
            },
            opcode: 0),
        Membership = new(
            topic => Router("subscribe", topic),
            topic => Router("unsubscribe", topic),
            Joined: [.. "\"ok\""u8],
            Left: [.. "\"ok\""u8],
            Opening: [],
            Target: "/router"),
    };

    static string Router(string action, int topic) => $"{{\"event\":\"{action}\",\"subscription\":\"open.t{topic}\"}}";

    // The value is pushed as it is put: a text in quotes.
    static Dialect JsonStore(Uri address) => new()
    {
        Port = address.Port,
        Framing = Framing.WebSocket,
        Target = topic => $"/json/t{topic}",
        PublisherFraming = Framing.Raw,
        SubscribersPublish = false,
        Encoder = new EnvelopeEncoder(
            (topic, size) => ($"PUT /json/t{topic} HTTP/1.1\r\nHost: x\r\nContent-Length: {size + 2}\r\n\r\n\"", "\""), opcode: 0),
    };

    static Dialect Events(Uri address)
    {
        string token = LogIn(address);
        return new()
        {
            Port = address.Port,
            Framing = Framing.Http,
            Target = topic => $"/events?event=t{topic}&sync=none",
            Burst = 500,
            PublisherFraming = Framing.Raw,
            SubscribersPublish = false,
            Encoder = new BatchEncoder(
                length => $"POST /events/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n",
                ($"{{\"event\":\"t0\",\"collection_id\":\"{Collection}\",\"timestamp\":0,\"data\":\"", "\"}"),
                ("{\"events\":[", "]}")),
        };
    }

    static string LogIn(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        var user = new { username = "bench", password = "bench", collection_id = Collection };
        http.PostAsJsonAsync("/users", user).GetAwaiter().GetResult().EnsureSuccessStatusCode();
        var answer = http.PostAsJsonAsync("/login", user).GetAwaiter().GetResult().Content.ReadFromJsonAsync<JsonElement>().GetAwaiter().GetResult();
        return answer.GetProperty("jwt").GetString()!;
    }

    // One stream, which the publisher's request writes in chunks.
    static Dialect Streams(Uri address) => new()
    {
        Port = address.Port,
        Framing = Framing.Http,
        Target = topic => $"/stream/t{topic}",
        Accept = "*/*",
        PublisherFraming = Framing.Http,
        PublisherRequest = "POST /stream/t0?force=true HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        SubscribersPublish = false,
        Encoder = new EnvelopeEncoder((_, size) => ($"{size + 1:x}\r\n", "\n\r\n"), opcode: 0),
    };
}
