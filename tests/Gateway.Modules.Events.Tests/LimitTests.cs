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
}
