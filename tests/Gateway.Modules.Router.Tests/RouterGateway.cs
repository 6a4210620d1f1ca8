using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Modules.Router.Topics;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Gateway.Modules.Router.Tests;

/// <summary>A gateway with the Router, its Redis, a service that it calls, and a way to publish.</summary>
sealed class RouterGateway : IAsyncDisposable
{
    readonly RedisServer? _redis;
    readonly GatewayFixture _gateway;
    readonly ConnectionMultiplexer _publisher;

    RouterGateway(RedisServer? redis, Service service, GatewayFixture gateway, ConnectionMultiplexer publisher) =>
        (_redis, Service, _gateway, _publisher) = (redis, service, gateway, publisher);

    public Service Service { get; }

    public GatewayFixture Gateway => _gateway;

    public RedisServer Server => _redis!;

    public TopicTable Topics => _gateway.Services.GetRequiredService<TopicTable>();

    /// <summary>Starts one.</summary>
    /// <param name="kind">Which Redis.</param>
    /// <param name="services">The value of <c>Services</c>; <c>{url}</c> stands for the service's address.</param>
    /// <param name="options">Further keys of the module's section.</param>
    /// <param name="root">Further sections.</param>
    public static async Task<RouterGateway> StartAsync(RedisKind kind, string services, string options = "", string root = "")
    {
        var redis = kind == RedisKind.Server ? await RedisServer.StartAsync() : null;
        var service = await Service.StartAsync();
        string mode = redis == null
            ? """ "EmbeddedPort": 0 """
            : $$""" "Mode": "External", "Configuration": "127.0.0.1:{{redis.Port}}" """;
        var gateway = await GatewayFixture.StartAsync($$"""
            {
              "Urls": "http://127.0.0.1:0",
              "Redis": { {{mode}} },
              "Auth": { "ticket": { "Type": "Ticket", "Url": "{url}/auth", "Fields": ["session_id"] } },
              {{root}}
              "Modules": {
                "Router": {
                  "Listen": "http://127.0.0.1:0",
                  "Auth": "ticket",
                  "Services": {{services}},
                  {{options}}
                }
              }
            }
            """.Replace("{url}", service.Url(""), StringComparison.Ordinal));
        string address = redis == null ? new Uri(gateway.EmbeddedRedis!).Authority : string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{redis.Port}");
        var publisher = await ConnectionMultiplexer.ConnectAsync($"{address},abortConnect=false,allowAdmin=true");
        return new(redis, service, gateway, publisher);
    }

    /// <summary>Opens a WebSocket at the module's own address.</summary>
    public async Task<RouterClient> ConnectAsync(string target = "/", int? receiveBufferSize = null)
    {
        var wire = await WireClient.ConnectAsync(_gateway.Address("Router", 1), receiveBufferSize);
        var reply = await wire.UpgradeAsync(target);
        Assert.True(reply.Status == 101, reply.ToString());
        return new RouterClient(wire);
    }

    /// <summary>A client that has authenticated with a ticket that is its own session id.</summary>
    public async Task<RouterClient> AuthenticateAsync(string session)
    {
        Service.On("/auth", (context, call) => Service.JsonAsync(context, new JsonObject
        {
            ["status"] = "ok",
            ["session_id"] = call.Json.GetProperty("ticket").GetString(),
            ["foo"] = "bar",
        }.ToJsonString()));
        var client = await ConnectAsync();
        await client.AskAsync($$"""{"event":"auth","ticket":"{{session}}"}""", """{"event":"auth","status":"ok"}""");
        return client;
    }

    /// <summary>Publishes a payload as it is; returns how many subscribers Redis knows.</summary>
    public Task<long> PublishAsync(string name, string payload) => _publisher.GetSubscriber().PublishAsync(RedisChannel.Literal(name), payload);

    public Task<long> PublishAsync(string name, byte[] payload) => _publisher.GetSubscriber().PublishAsync(RedisChannel.Literal(name), payload);

    /// <summary>Publishes data to a subscription of that name, with further members.</summary>
    public Task<long> PushAsync(string name, string data, string members = "") =>
        PublishAsync(name, $$"""{"subscription":"{{name}}","data":{{data}}{{(members == "" ? "" : "," + members)}}}""");

    /// <summary>How many subscribers a name has at Redis; -1 while the test itself cannot reach it.</summary>
    public async Task<long> CountAtRedisAsync(string name)
    {
        try
        {
            return (long)((RedisResult[])(await _publisher.GetDatabase().ExecuteAsync("PUBSUB", "NUMSUB", name))!)[1];
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return -1;
        }
    }

    public Task IsLeftAtRedisAsync(string name) => Eventually.BecomesTrueAsync(async () => await CountAtRedisAsync(name) == 0, $"nobody to subscribe to {name}");

    /// <summary>Waits until no session and no topic is left.</summary>
    public Task IsDesertedAsync() => Eventually.BecomesTrueAsync(
        () => Topics.Count == 0 && Gateway.Services.GetRequiredService<RouterMetrics>().Sessions == 0, "the gateway to be without sessions and topics");

    /// <summary>The client leaves, and nothing of it stays.</summary>
    public async Task LeavesNothingAsync(RouterClient client)
    {
        await client.DisposeAsync();
        await IsDesertedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _publisher.DisposeAsync();
        await _gateway.DisposeAsync();
        await Service.DisposeAsync();
        if (_redis != null)
            await _redis.DisposeAsync();
    }
}
