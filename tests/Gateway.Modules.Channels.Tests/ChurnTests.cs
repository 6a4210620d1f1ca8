namespace Gateway.Modules.Channels.Tests;

/// <summary>Subscribers that come and go while messages arrive.</summary>
[Collection(HeavyTests.Name)]
public class ChurnTests
{
    const int Threads = 8;

    [Theory, InlineData(Door.OwnAddress, 2000), InlineData(Door.SharedPath, 2000), InlineData(Door.SharedPathTls, 400), InlineData(Door.OwnUnixSocket, 1000)]
    public async Task Connecting_closing_and_posting_leaves_nothing_behind(Door door, int pairs)
    {
        await using var gateway = await ChannelsGateway.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() => ChurnAsync(gateway, door, thread, pairs / Threads))));

        await gateway.IsDesertedAsync(pairs);
        await using (var client = await gateway.SubscribeAsync(door, "/churn"))
        {
            Assert.Equal("1", (await gateway.PostAsync(door, "/churn", "after")).Header("X-Subscribers"));
            Assert.Equal("after", await client.ReadTextAsync());
        }
        await gateway.IsDesertedAsync(pairs + 1);
        var metrics = await gateway.Gateway.MetricsAsync();
        Assert.Equal(pairs + 1, metrics.Sum("gateway_connections_opened_total"));
        Assert.Equal(pairs + 1, metrics.Sum("gateway_connections_closed_total"));
        Assert.Equal(0, metrics.Sum("gateway_connections_closed_total", ("reason", "internal_error")));
        Assert.Equal(0, metrics.Sum("gateway_queue_bytes"));
    }

    // All threads share one channel, so that its last subscriber leaves again and again while a POST arrives.
    static async Task ChurnAsync(ChannelsGateway gateway, Door door, int thread, int pairs)
    {
        await using var poster = await gateway.ConnectAsync(door);
        for (int i = 0; i < pairs; i++)
        {
            await using var client = await gateway.ConnectAsync(door);
            Assert.Equal(101, (await client.UpgradeAsync(ChannelsGateway.Target(door, "/churn"))).Status);
            if ((thread + i) % 3 == 0)
                client.Reset();
            else if ((thread + i) % 3 == 1)
                await client.SendCloseAsync();
            Assert.Equal(200, (await poster.RequestAsync("POST", ChannelsGateway.Target(door, "/churn"), "x")).Status);
        }
    }
}
