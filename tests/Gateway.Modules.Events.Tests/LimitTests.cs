using Gateway.Testing;

namespace Gateway.Modules.Events.Tests;

public sealed class LimitTests
{
    [Fact]
    public async Task A_user_has_so_many_streams_and_another_may_have_them_too()
    {
        await using var gateway = await EventsGateway.StartAsync("\"MaxStreamsPerUser\": 2");
        var (user, other) = (await gateway.NewUserAsync(), await gateway.NewUserAsync());
        using var first = await gateway.Client.StreamAsync("", user.Token);
        using (await gateway.Client.StreamAsync("", user.Token))
        {
            using var third = await gateway.Client.StreamAsync("", user.Token);
            Assert.Equal("text/event-stream", third.Response.Content.Headers.ContentType!.ToString());
            Assert.Null(await third.ReadAsync());
            Assert.NotNull(third.Retry);
            var refused = await gateway.Client.SendAsync(HttpMethod.Get, "/events", user.Token);
            Assert.Equal((429, "too_many_streams", "10"), (refused.Status, refused.Json.GetProperty("code").GetString(), refused.Headers["Retry-After"]));
            await OpensAsync(other.Token);
            await OpensAsync(null);
        }
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                using var again = await gateway.Client.StreamAsync("", user.Token);
                return await HasCheckpointAsync(again);
            },
            "room for another");

        async Task OpensAsync(string? token)
        {
            using var stream = await gateway.Client.StreamAsync("", token);
            Assert.True(await HasCheckpointAsync(stream));
        }

        // A stream that is refused ends before it says where it is.
        async Task<bool> HasCheckpointAsync(SseClient stream)
        {
            var reading = stream.ReadAsync();
            await Eventually.BecomesTrueAsync(() => stream.LastEventId.Length > 0 || reading.IsCompleted, "an id or the end");
            return stream.LastEventId.Length > 0;
        }
    }

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
