using Gateway.Testing;

namespace Gateway.Host.Tests;

public class LimitTests
{
    [Theory]
    [InlineData("Connections", "too_many_connections")]
    [InlineData("ConnectionsPerAddress", "too_many_connections_from_address")]
    public async Task One_connection_too_many_is_told_to_come_back_and_may_once_another_leaves(string limit, string code)
    {
        await using var gateway = await GatewayProcess.StartAsync(
            $$"""{ "Urls": "http://127.0.0.1:0", "Limits": { "{{limit}}": 2 }, "Modules": { "Channels": {} } }""");
        var address = gateway.Address("Channels");
        await using var first = await Run.SubscribeAsync(address, "/channels/a");
        await using var second = await Run.OpenAsync(address, "/channels/b");

        await using var third = await WireClient.ConnectAsync(address);
        var refusal = await third.UpgradeAsync("/channels/c");

        Assert.Equal(429, refusal.Status);
        Assert.Equal(code, Run.ProblemCode(refusal));
        Assert.InRange(int.Parse(refusal.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        // What is no long-lived connection is not limited.
        Assert.Equal(200, (await third.RequestAsync("POST", "/channels/a", "x")).Status);
        Assert.Equal("x", (await first.ReadMessageAsync()).Text);

        second.Reset();

        await Eventually.BecomesTrueAsync(async () => (await third.UpgradeAsync("/channels/c")).Status == 101, "a place to become free");
        await using var fourth = await WireClient.ConnectAsync(address);
        Assert.Equal(429, (await fourth.UpgradeAsync("/channels/d")).Status);
    }

    [Fact]
    public async Task Whoever_says_goodbye_frees_the_place_as_well()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Limits": { "Connections": 1 }, "Modules": { "Channels": {} } }""");
        var address = gateway.Address("Channels");

        for (int i = 0; i < 5; i++)
        {
            await using var next = await WireClient.ConnectAsync(address);
            await Eventually.BecomesTrueAsync(async () => (await next.UpgradeAsync("/channels/a")).Status == 101, "a place to become free");
            await next.SendCloseAsync();
            Assert.Equal(1000, (await next.ReadMessageAsync()).CloseCode);
        }
    }
}
