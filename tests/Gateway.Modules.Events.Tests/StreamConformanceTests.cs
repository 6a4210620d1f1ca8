using System.Globalization;
using Gateway.Testing;

namespace Gateway.Modules.Events.Tests;

/// <summary>What every stream does, whether its connection leaves the web server or stays.</summary>
public abstract class StreamConformanceTests(EventsGateway gateway)
{
    [Fact]
    public async Task The_head_comes_at_once_and_is_fit_for_proxies()
    {
        using var stream = await gateway.Client.StreamAsync();
        Assert.Equal(200, (int)stream.Response.StatusCode);
        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no", stream.Response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.True(stream.Response.Headers.CacheControl!.NoStore);
        Assert.Null(stream.Response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_newcomer_gets_the_latest_of_each_name_and_then_what_fires_once()
    {
        var user = await gateway.NewUserAsync();
        string query = $"?collection={user.Collection}";
        await gateway.Client.InsertAsync(user, "A", 10, 1);
        await gateway.Client.InsertAsync(user, "A", 20, 2);
        await gateway.Client.InsertAsync(user, "A", 15, 3);
        await gateway.Client.InsertAsync(user, "B", 10, "b");
        await gateway.Client.InsertAsync(user, "C", EventsClient.Now + 100_000, "not yet");
        await gateway.FiredAsync(user, 4);
        using var stream = await gateway.Client.StreamAsync(query);
        var sync = await stream.ReadAsync(2);
        Assert.Equal([("A", "2"), ("B", "\"b\"")], sync.Select(item => (item.Name, item.Data)));
        var streams = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => gateway.Client.StreamAsync(query + "&sync=none")));
        await gateway.Client.InsertAsync(user, "A", 30, 4);
        await gateway.Client.InsertAsync(user, "end", 0);
        foreach (var one in streams.Append(stream))
        {
            Assert.Equal([("A", "4"), ("end", "null")], (await one.ReadAsync(2)).Select(item => (item.Name, item.Data)));
            one.Dispose();
        }
    }

    [Fact]
    public async Task A_client_that_comes_back_gets_exactly_what_it_missed()
    {
        var user = await gateway.NewUserAsync();
        string query = $"?collection={user.Collection}";
        for (int i = 0; i < 700; i += 100)
        {
            await gateway.Client.SendAsync(HttpMethod.Post, "/events/batch", user.Token, new
            {
                events = Enumerable.Range(i, 100).Select(n => new { @event = "n", collection_id = user.Collection, timestamp = n, data = n }),
            });
        }
        await gateway.FiredAsync(user, 700);
        List<SseEvent> all;
        using (var earliest = await gateway.Client.StreamAsync(query + "&sync=earliest"))
            all = await earliest.ReadAsync(700);
        Assert.Equal(700, all.Select(item => item.Id).Distinct().Count());
        Assert.All(all, item => Assert.Matches("^[A-Za-z0-9._-]{1,64}$", item.Id));
        foreach (int seen in (int[])[0, 1, 350, 698])
        {
            using var header = await gateway.Client.StreamAsync(query + "&last_event_id=nonsense", lastEventId: all[seen].Id);
            Assert.Equal(all.Skip(seen + 1), await header.ReadAsync(699 - seen));
            using var inQuery = await gateway.Client.StreamAsync($"{query}&last_event_id={all[seen].Id}");
            Assert.Equal(all[seen + 1], await inQuery.ReadAsync());
        }
    }

    [Fact]
    public async Task Nothing_is_lost_or_repeated_between_history_and_live()
    {
        var user = await gateway.NewUserAsync();
        using var stop = new CancellationTokenSource();
        int inserted = 0;
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await gateway.Client.InsertAsync(user, "n", 0, inserted++);
        });
        for (int i = 0; i < 10; i++)
        {
            using var stream = await gateway.Client.StreamAsync($"?collection={user.Collection}&sync=earliest");
            var seen = (await stream.ReadAsync(30 * (i + 1))).Select(item => int.Parse(item.Data, CultureInfo.InvariantCulture));
            Assert.Equal(Enumerable.Range(0, 30 * (i + 1)), seen);
        }
        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task A_client_that_has_gone_is_forgotten()
    {
        await using var own = await gateway.AlikeAsync("\"HeartbeatInterval\": \"00:00:00.5\"");
        using (await own.Client.StreamAsync())
            await CountAsync(1);
        await CountAsync(0);

        Task CountAsync(int count) => Eventually.BecomesTrueAsync(
            async () => (await own.Gateway.MetricsAsync()).Sum("gateway_connections") == count, $"{count} connections");
    }

    [Fact]
    public async Task A_silent_stream_gets_comments_that_are_no_events()
    {
        await using var own = await gateway.AlikeAsync("\"HeartbeatInterval\": \"00:00:00.5\"");
        var user = await own.NewUserAsync();
        using var stream = await own.Client.StreamAsync();
        var reading = stream.ReadAsync();
        await Eventually.BecomesTrueAsync(() => stream.Comments > 3, "comments");
        Assert.False(reading.IsCompleted);
        await own.Client.InsertAsync(user, "x", 0);
        Assert.Equal("x", (await reading)!.Name);
        Assert.InRange(int.Parse(stream.Retry!, CultureInfo.InvariantCulture), 1, 60_000);
    }
}
