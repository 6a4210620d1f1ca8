using Gateway.Modules.Events.Storage;
using Gateway.Modules.Events.Streaming;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Modules.Events.Tests;

public sealed class CancelTests(EventsGateway gateway) : IClassFixture<EventsGateway>
{
    static readonly long Far = EventsClient.Now + 100_000;

    [Theory]
    [InlineData("GET", "/events/{0}/cancel")]
    [InlineData("GET", "/cancel/{0}")]
    [InlineData("POST", "/events/{0}/cancel")]
    [InlineData("DELETE", "/events/{0}")]
    public async Task A_cancelled_event_is_listed_as_such(string method, string path)
    {
        var user = await gateway.NewUserAsync();
        var id = (await gateway.Client.InsertAsync(user, "x", Far)).GetProperty("id").GetString();
        path = path.Replace("{0}", id, StringComparison.Ordinal);
        Assert.Equal(401, (await gateway.Client.SendAsync(new HttpMethod(method), path, null)).Status);
        for (int i = 0; i < 2; i++)
        {
            var answer = await gateway.Client.SendAsync(new HttpMethod(method), path, user.Token);
            Assert.True(answer.Status == 200, answer.Text);
            Assert.True(answer.Json.GetProperty("event").GetProperty("cancelled").GetBoolean());
            Assert.False(answer.Json.GetProperty("event").GetProperty("published").GetBoolean());
        }
        Assert.True((await gateway.Client.CollectionAsync(user, user.Collection)).Single().GetProperty("cancelled").GetBoolean());
    }

    [Fact]
    public async Task An_event_that_has_fired_is_only_marked()
    {
        var user = await gateway.NewUserAsync();
        using var stream = await gateway.Client.StreamAsync($"?sync=none&collection={user.Collection}");
        var id = (await gateway.Client.InsertAsync(user, "x", 0)).GetProperty("id").GetString();
        await Eventually.BecomesTrueAsync(
            async () => (await gateway.Client.CollectionAsync(user, user.Collection))[0].GetProperty("published").GetBoolean(), "the event to fire");
        var cancelled = (await gateway.Client.SendAsync(HttpMethod.Post, $"/events/{id}/cancel", user.Token)).Json.GetProperty("event");
        Assert.True(cancelled.GetProperty("published").GetBoolean() && cancelled.GetProperty("cancelled").GetBoolean());
        // Streams are told nothing of it.
        await gateway.Client.InsertAsync(user, "end", 0);
        Assert.Equal(["x", "end"], (await stream.ReadAsync(2)).Select(item => item.Name));
    }

    [Fact]
    public async Task Nobody_cancels_what_is_not_there_or_anothers()
    {
        var (user, other) = (await gateway.NewUserAsync(), await gateway.NewUserAsync());
        var id = (await gateway.Client.InsertAsync(user, "x", Far)).GetProperty("id").GetString();
        Assert.Equal(404, (await gateway.Client.SendAsync(HttpMethod.Get, $"/events/{Guid.NewGuid()}/cancel", user.Token)).Status);
        Assert.Equal(404, (await gateway.Client.SendAsync(HttpMethod.Get, "/events/123/cancel", user.Token)).Status);
        Assert.Equal(403, (await gateway.Client.SendAsync(HttpMethod.Get, $"/events/{id}/cancel", other.Token)).Status);
        Assert.Equal(403, (await gateway.Client.SendAsync(HttpMethod.Get, $"/events/{id}/cancel", user.Token, null, ("Sec-Purpose", "prefetch"))).Status);
    }

    [Fact]
    public async Task With_OpenCancel_anybody_does()
    {
        await using var open = await EventsGateway.StartAsync("\"OpenCancel\": true");
        var (user, other) = (await open.NewUserAsync(), await open.NewUserAsync());
        var id = (await open.Client.InsertAsync(user, "x", Far)).GetProperty("id").GetString();
        Assert.Equal(200, (await open.Client.SendAsync(HttpMethod.Get, $"/events/{id}/cancel", other.Token)).Status);
    }

    [Fact]
    public async Task What_is_answered_as_cancelled_and_unpublished_is_never_delivered()
    {
        var user = await gateway.NewUserAsync();
        using var stream = await gateway.Client.StreamAsync($"?collection={user.Collection}");
        var cancelled = new HashSet<string>();
        long soon = EventsClient.Now + 1;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            var id = (await gateway.Client.InsertAsync(user, "race", soon, $"{i}")).GetProperty("id").GetString();
            var answer = await gateway.Client.SendAsync(HttpMethod.Post, $"/events/{id}/cancel", user.Token);
            if (!answer.Json.GetProperty("event").GetProperty("published").GetBoolean())
            {
                lock (cancelled)
                    cancelled.Add($"\"{i}\"");
            }
        }));
        await gateway.Client.InsertAsync(user, "end", soon + 1);
        var seen = new List<string>();
        while (await stream.ReadAsync() is { } next && next.Name != "end")
            seen.Add(next.Data);
        Assert.Empty(seen.Intersect(cancelled));
        Assert.Equal(200, seen.Count + cancelled.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancel_between_firing_and_sending_is_answered_when_the_event_has_been_sent(bool repeats)
    {
        await using var own = await EventsGateway.StartAsync();
        var store = own.Gateway.Services.GetRequiredService<EventStore>();
        var broadcaster = own.Gateway.Services.GetRequiredService<Broadcaster>();
        var user = await own.NewUserAsync();
        object body = repeats
            ? new { @event = "x", collection_id = user.Collection, timestamp = Far, data = 1, repeat = new { every = 1 } }
            : new { @event = "x", collection_id = user.Collection, timestamp = Far, data = 1 };
        var id = (await own.Client.SendAsync(HttpMethod.Post, "/insert", user.Token, body)).Json.GetProperty("event").GetProperty("id").GetGuid();
        var fired = store.FireDue(Far, 10);
        var late = own.Client.SendAsync(HttpMethod.Delete, $"/events/{id}", user.Token);
        await Eventually.BecomesTrueAsync(() => fired[0].Cancelled, "the mark");
        // Others are answered meanwhile, behind it on the disk.
        for (int i = 0; i < 10; i++)
        {
            var other = (await own.Client.InsertAsync(user, "y", Far)).GetProperty("id").GetGuid();
            Assert.Equal(200, (await own.Client.SendAsync(HttpMethod.Delete, $"/events/{other}", user.Token)).Status);
        }
        Assert.False(late.IsCompleted);
        await broadcaster.PublishAsync(fired);
        var answer = (await late).Json.GetProperty("event");
        Assert.True(answer.GetProperty("published").GetBoolean() && answer.GetProperty("cancelled").GetBoolean());
        Assert.Null(store.NextDue);
    }

    [Fact]
    public async Task A_cancel_does_not_wait_for_what_is_no_longer_sent()
    {
        await using var own = await EventsGateway.StartAsync();
        var broadcaster = own.Gateway.Services.GetRequiredService<Broadcaster>();
        var waiting = broadcaster.WhenGivenAsync(1);
        Assert.False(waiting.IsCompleted);
        Assert.Same(waiting, broadcaster.WhenGivenAsync(1));
        broadcaster.Stop();
        await Eventually.BecomesTrueAsync(() => waiting.IsCompletedSuccessfully, "the end of the wait");
        Assert.True(broadcaster.WhenGivenAsync(2).IsCompleted);
    }

    [Fact]
    public async Task A_pending_event_can_be_given_another_time()
    {
        var user = await gateway.NewUserAsync();
        using var stream = await gateway.Client.StreamAsync($"?collection={user.Collection}");
        var id = (await gateway.Client.InsertAsync(user, "moved", Far)).GetProperty("id").GetString();
        var answer = await gateway.Client.SendAsync(HttpMethod.Patch, $"/events/{id}", user.Token, new { timestamp = 5 });
        Assert.Equal(5, answer.Json.GetProperty("event").GetProperty("timestamp").GetInt64());
        Assert.Equal("moved", (await stream.ReadAsync())!.Name);
        Assert.Equal(409, (await gateway.Client.SendAsync(HttpMethod.Patch, $"/events/{id}", user.Token, new { timestamp = 6 })).Status);
    }
}
