using Gateway.Testing;

namespace Gateway.Modules.Events.Tests;

public sealed class LimitTests
{
    [Fact]
    public async Task An_EventSource_that_finds_no_room_is_asked_to_come_back_and_others_are_refused()
    {
        await using var gateway = await GatewayFixture.StartAsync($$"""
            { "Urls": "http://127.0.0.1:0", "DataDirectory": "{{GatewayFixture.FolderMark}}/data", "Limits": { "Connections": 1 }, "Modules": { "Events": {} } }
            """);
        using var client = new EventsClient(gateway.Address("Events"));
        using var first = await client.StreamAsync();
        using var second = await client.StreamAsync();
        Assert.Equal((200, "text/event-stream"), ((int)second.Response.StatusCode, second.Response.Content.Headers.ContentType!.MediaType));
        Assert.Null(await second.ReadAsync());
        Assert.NotNull(second.Retry);
        Assert.Equal(429, (await client.SendAsync(HttpMethod.Get, "/events", null)).Status);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_cut_and_delays_nobody()
    {
        await using var gateway = await EventsGateway.StartAsync("\"QueueBytes\": 65536");
        var user = await gateway.NewUserAsync();
        await using var stalled = await WireClient.ConnectAsync(gateway.Address, receiveBufferSize: 4096);
        await stalled.SendAsync("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await Eventually.BecomesTrueAsync(async () => (await gateway.Gateway.MetricsAsync()).Sum("gateway_connections") == 1, "the stalled stream");
        using var reader = await gateway.Client.StreamAsync();
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                await gateway.Client.InsertAsync(user, "big", 0, new string('x', 100_000));
                Assert.Equal("big", (await reader.ReadAsync())!.Name);
                return (await gateway.Gateway.MetricsAsync()).Sum("gateway_connections_closed_total", ("reason", "slow_consumer")) == 1;
            },
            "the stalled stream to be cut");
    }
}
