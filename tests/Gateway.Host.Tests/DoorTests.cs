using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Host.Tests;

public class DoorTests
{
    [Fact]
    public async Task All_doors_of_a_module_lead_to_the_same_channel()
    {
        await using var gateway = await GatewayProcess.StartAsync("""
            {
              "Urls": ["http://127.0.0.1:0", "http://127.0.0.1:0"],
              "Modules": { "Channels": { "Listen": "http://127.0.0.1:0; http://127.0.0.1:0" } }
            }
            """);
        var (shared, second, own, other) = (Address(0), Address(1), Address(2), Address(3));
        Assert.Equal(4, new HashSet<int> { shared.Port, second.Port, own.Port, other.Port }.Count);
        Assert.Equal(("/channels", "/channels", "/", "/"), (shared.AbsolutePath, second.AbsolutePath, own.AbsolutePath, other.AbsolutePath));

        await using var byPath = await Run.SubscribeAsync(shared, "/channels/room/1");
        await using var bySecondPath = await Run.SubscribeAsync(second, "/channels/room/1");
        await using var byOwn = await Run.SubscribeAsync(own, "/room/1");
        await byPath.SendTextAsync("hello");
        await Run.RequestAsync(other, "POST", "/room/1", "world");

        foreach (var client in new[] { byPath, bySecondPath, byOwn })
        {
            Assert.Equal("hello", (await client.ReadMessageAsync()).Text);
            Assert.Equal("world", (await client.ReadMessageAsync()).Text);
        }

        Uri Address(int index) => gateway.Address("Channels", index);
    }

    [Fact]
    public async Task On_an_address_of_its_own_every_path_is_the_modules()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": { "Listen": "http://127.0.0.1:0" } } }""");
        var own = gateway.Address("Channels", 1);

        foreach (string path in new[] { "/", "/metrics", "/health/live", "/channels/a", "/admin/" })
        {
            await using var client = await Run.OpenAsync(own, path);
            await client.SendTextAsync(path);
            Assert.Equal(path, (await client.ReadMessageAsync()).Text);
        }
    }

    [Fact]
    public async Task The_index_lists_every_door()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": { "Listen": "http://127.0.0.1:0" } } }""");

        var index = JsonDocument.Parse((await Run.GetAsync(gateway.Address("Channels"), "/")).Body).RootElement;

        Assert.Equal(
            [gateway.Address("Channels").OriginalString, gateway.Address("Channels", 1).OriginalString],
            index.GetProperty("modules").GetProperty("Channels").EnumerateArray().Select(url => url.GetString()));
    }

    [Fact]
    public async Task The_operators_pages_move_to_their_own_address()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Admin": { "Listen": "http://127.0.0.1:0" }, "Modules": { "Channels": {} } }""");
        var (shared, admin) = (gateway.Address("Channels"), gateway.Address("admin"));

        foreach (string path in new[] { "/metrics", "/health/live", "/health/ready" })
        {
            Assert.Equal(200, (await Run.GetAsync(admin, path)).Status);
            var moved = await Run.GetAsync(shared, path);
            Assert.Equal(404, moved.Status);
            Assert.Equal("not_found", Run.ProblemCode(moved));
        }
        Assert.Equal(404, (await Run.GetAsync(admin, "/channels/a")).Status);
        Assert.Equal(200, (await Run.GetAsync(shared, "/")).Status);
    }

    [Theory]
    [InlineData("/", "/metrics")]
    [InlineData("/metrics", "/metrics")]
    [InlineData("/Metrics", "/metrics")]
    [InlineData("/health", "/health/")]
    [InlineData("/health/live", "/health/")]
    [InlineData("/admin", "/admin/")]
    [InlineData("/t/acme", "/t/")]
    [InlineData("/openapi.json", "/openapi.json")]
    public async Task A_path_that_the_gateway_keeps_for_itself_is_refused(string path, string collidesWith)
    {
        var (exitCode, _, stderr) = await Run.CheckAsync(
            $$"""{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": { "Path": "{{path}}" } } }""");

        Assert.Equal(1, exitCode);
        string line = Assert.Single(stderr.Split('\n'));
        Assert.StartsWith("Modules:Channels:Path: ", line, StringComparison.Ordinal);
        Assert.Contains($"collides with {collidesWith}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collision_stops_the_start_as_well()
    {
        var (exitCode, stdout, stderr) = await GatewayProcess.RunAsync(
            """{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": { "Path": "/metrics" } } }""");

        Assert.Equal((1, ""), (exitCode, stdout));
        Assert.Contains("collides with /metrics", stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Urls": "http://127.0.0.1:7101; http://127.0.0.1:7101" }""", "Urls", "Urls")]
    [InlineData("""{ "Urls": "http://127.0.0.1:7101; http://*:7101" }""", "Urls", "Urls")]
    [InlineData("""{ "Urls": "http://unix:/tmp/a.sock; http://unix:/tmp/a.sock" }""", "Urls", "Urls")]
    [InlineData("""{ "Urls": "http://127.0.0.1:7101", "Admin": { "Listen": "http://127.0.0.1:7101" } }""", "Admin:Listen", "Urls")]
    [InlineData("""{ "Urls": "http://127.0.0.1:7101", "Modules": { "Channels": { "Listen": "http://127.0.0.1:7101" } } }""", "Modules:Channels:Listen", "Urls")]
    public async Task An_address_that_is_given_twice_is_refused(string configJson, string key, string other)
    {
        var (exitCode, _, stderr) = await Run.CheckAsync(configJson);

        Assert.Equal(1, exitCode);
        string line = Assert.Single(stderr.Split('\n'));
        Assert.StartsWith($"{key}: ", line, StringComparison.Ordinal);
        Assert.Contains($"is also in {other};", line, StringComparison.Ordinal);
    }
}
