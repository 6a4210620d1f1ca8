using Gateway.Testing;

namespace Gateway.Modules.Router.Tests;

/// <summary>Redis goes away and comes back: the clients stay.</summary>
public sealed class RedisLossTests
{
    const string Services = """{ "plain": { "RequireAuthentication": false } }""";

    static async Task<string> HealthAsync(RouterGateway router)
    {
        await using var wire = await WireClient.ConnectAsync(router.Gateway.Address("Router"));
        var reply = await wire.RequestAsync("GET", "/health/ready");
        return $"{reply.Status} {RouterClient.Parse(reply.Text).GetProperty("entries").GetProperty("Router").GetProperty("status")}";
    }

    [SkippableFact]
    public async Task Clients_stay_and_are_subscribed_again()
    {
        await using var router = await RouterGateway.StartAsync(RedisKind.Server, Services, """ "NotifyGaps": true """);
        await using var client = await router.ConnectAsync();
        for (int i = 0; i < 600; i++)
            await client.SubscribeAsync($"plain.{i}");
        Assert.Equal("200 ok", await HealthAsync(router));

        await router.Server.KillAsync();
        await Eventually.BecomesTrueAsync(async () => await HealthAsync(router) == "200 degraded", "the module to be degraded");
        await client.ExpectNothingAsync();
        await router.Server.StartAgainAsync();

        var told = new HashSet<string>();
        for (int i = 0; i < 600; i++)
        {
            var gap = await client.ReadAsync();
            Assert.Equal("gap", (string?)gap["event"]);
            told.Add((string)gap["subscription"]!);
        }
        Assert.Equal(600, told.Count);
        Assert.Equal("200 ok", await HealthAsync(router));
        await Eventually.BecomesTrueAsync(async () => await router.CountAtRedisAsync("plain.599") == 1, "the publisher to be back");
        foreach (int i in new[] { 0, 599 })
        {
            Assert.Equal(1, await router.PushAsync($"plain.{i}", $"{i}"));
            await client.ExpectPushesAsync($"plain.{i}", $"{i}");
        }
        Assert.Equal(1, (await router.Gateway.MetricsAsync()).Sum("gateway_router_redis_lost_total"));
    }

    [SkippableFact]
    public async Task A_restart_under_load_leaves_every_client_connected_and_receiving()
    {
        await using var router = await RouterGateway.StartAsync(RedisKind.Server, Services);
        var clients = new List<RouterClient>();
        for (int i = 0; i < 50; i++)
        {
            clients.Add(await router.ConnectAsync());
            await clients[i].SubscribeAsync($"plain.{i % 10}");
        }
        using var enough = new CancellationTokenSource();
        var publishing = Task.Run(async () =>
        {
            for (int i = 0; !enough.IsCancellationRequested; i++)
            {
                // While Redis is away nobody gets it, and the library says so.
                await router.PushAsync($"plain.{i % 10}", $"{i}").ContinueWith(push => push.Exception, TaskScheduler.Default);
                await Task.Delay(1);
            }
        });
        await clients[0].ReadPushAsync("plain.0");

        await router.Server.KillAsync();
        await router.Server.StartAgainAsync();
        foreach (int i in Enumerable.Range(0, 10))
            await Eventually.BecomesTrueAsync(async () => await router.CountAtRedisAsync($"plain.{i}") == 1, $"topic {i} to be back", TimeSpan.FromMinutes(1));
        await enough.CancelAsync();
        await publishing;

        foreach (int i in Enumerable.Range(0, 10))
            Assert.Equal(1, await router.PushAsync($"plain.{i}", "\"end\""));
        for (int i = 0; i < 50; i++)
        {
            int last = -1;
            while ((await clients[i].ReadPushAsync($"plain.{i % 10}"))["data"]!.ToJsonString() is var data && data != "\"end\"")
            {
                Assert.True(int.Parse(data, null) > last, $"{data} after {last}");
                last = int.Parse(data, null);
            }
            await clients[i].DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task A_start_without_Redis_waits_for_it()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.KillAsync();
        await using var gateway = await GatewayFixture.StartAsync($$"""
            {
              "Urls": "http://127.0.0.1:0",
              "Redis": { "Mode": "External", "Configuration": "127.0.0.1:{{redis.Port}}" },
              "Modules": { "Router": { "Services": {{Services}} } }
            }
            """);
        await using var wire = await WireClient.ConnectAsync(gateway.Address("Router"));
        Assert.Equal(101, (await wire.UpgradeAsync("/router")).Status);
        await using var client = new RouterClient(wire);

        await client.AskAsync("""{"event":"subscribe","subscription":"plain.t"}""",
            """{"event":"subscribe","subscription":"plain.t","status":"error","error":"Service unavailable."}""");
        await redis.StartAgainAsync();
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                await client.SendAsync("""{"event":"subscribe","subscription":"plain.t"}""");
                return (string?)(await client.ReadAsync())["status"] == "ok";
            },
            "a subscription");
    }

    [SkippableFact]
    public async Task A_paused_Redis_holds_up_its_own_subscribers_alone()
    {
        await using var router = await RouterGateway.StartAsync(RedisKind.Server, Services);
        await using var client = await router.ConnectAsync();
        await using var other = await router.ConnectAsync();
        await client.SubscribeAsync("plain.t");

        router.Server.Pause();
        await other.SendAsync("""{"event":"subscribe","subscription":"plain.new"}""");
        await client.ExpectNothingAsync();
        router.Server.Resume();

        var reply = await other.ReadAsync();
        Assert.Equal("subscribe", (string?)reply["event"]);
        await Eventually.BecomesTrueAsync(async () => await router.CountAtRedisAsync("plain.t") == 1, "the subscription");
        await router.PushAsync("plain.t", "1");
        await client.ExpectPushesAsync("plain.t", "1");
    }

    [SkippableFact]
    public async Task A_Redis_that_hangs_counts_as_away_and_is_taken_up_again()
    {
        await using var router = await RouterGateway.StartAsync(RedisKind.Server, Services);
        await using var client = await router.ConnectAsync();
        await client.SubscribeAsync("plain.t");
        var patience = TimeSpan.FromMinutes(3);

        router.Server.Pause();
        await client.AskAsync("""{"event":"subscribe","subscription":"plain.new"}""",
            """{"event":"subscribe","subscription":"plain.new","status":"error","error":"Service unavailable."}""");
        await Eventually.BecomesTrueAsync(async () => await HealthAsync(router) == "200 degraded", "the module to be degraded", patience);
        await client.ExpectNothingAsync();
        router.Server.Resume();

        await Eventually.BecomesTrueAsync(async () => await HealthAsync(router) == "200 ok", "the module to be back", patience);
        await Eventually.BecomesTrueAsync(async () => await router.CountAtRedisAsync("plain.t") == 1, "the subscription to be back", patience);
        await router.PushAsync("plain.t", "1");
        await client.ExpectPushesAsync("plain.t", "1");
        await router.IsLeftAtRedisAsync("plain.new");
    }
}
