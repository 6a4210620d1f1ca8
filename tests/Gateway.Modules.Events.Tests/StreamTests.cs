using Gateway.Testing;

namespace Gateway.Modules.Events.Tests;

public sealed class StreamTests(EventsGateway gateway) : IClassFixture<EventsGateway>
{
    [Fact]
    public async Task A_newcomer_may_ask_for_the_latest_of_each_name_in_each_collection()
    {
        var user = await gateway.NewUserAsync();
        var (first, second) = (user.Collection, Guid.NewGuid());
        foreach (var (name, timestamp, data, collection) in ((string, long, int, Guid)[])[("A", 1, 1, first), ("A", 2, 2, first), ("B", 1, 3, first), ("A", 1, 4, second), ("A", 0, 5, second)])
            await gateway.Client.InsertAsync(user, name, timestamp, data, collection);
        await gateway.FiredAsync(user, 3);
        await Eventually.BecomesTrueAsync(
            async () => (await gateway.Client.CollectionAsync(user, second)).All(item => item.GetProperty("published").GetBoolean()), "the rest to fire");
        using var byUser = await gateway.Client.StreamAsync("?user=me&sync=collections", user.Token);
        Assert.Equal(["2", "3", "4"], (await byUser.ReadAsync(3)).Select(item => item.Data));
        using var byCollection = await gateway.Client.StreamAsync($"?collection={first}&collection={second}&sync=collections&event=A");
        Assert.Equal(["2", "4"], (await byCollection.ReadAsync(2)).Select(item => item.Data));
        using var gap = await gateway.Client.StreamAsync($"?collection={first}&collection={second}&sync=collections", lastEventId: "nonsense");
        Assert.Equal(["""{"status":"gap"}""", "2", "3", "4"], (await gap.ReadAsync(4)).Select(item => item.Data));

        await using var own = await EventsGateway.StartAsync("\"Sync\": \"Collections\"");
        var other = await own.NewUserAsync();
        await own.Client.InsertAsync(other, "A", 1, 1, first);
        await own.Client.InsertAsync(other, "A", 1, 2, second);
        using (var all = await own.Client.StreamAsync("?sync=earliest"))
            await all.ReadAsync(2);
        using var byDefault = await own.Client.StreamAsync();
        Assert.Equal(["1", "2"], (await byDefault.ReadAsync(2)).Select(item => item.Data));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("00000000.1")]
    public async Task An_unknown_id_is_a_gap_and_gets_the_latest(string id)
    {
        var user = await gateway.NewUserAsync();
        await gateway.Client.InsertAsync(user, "A", 1, "latest");
        await gateway.FiredAsync(user, 1);
        using var stream = await gateway.Client.StreamAsync($"?collection={user.Collection}", lastEventId: id);
        Assert.Equal(("internal_status", """{"status":"gap"}"""), Meaning((await stream.ReadAsync())!));
        Assert.Equal(("A", "\"latest\""), Meaning((await stream.ReadAsync())!));
        Assert.Equal("earliest", stream.Response.Headers.GetValues("Last-Event-ID").Single());
    }

    [Fact]
    public async Task A_stream_holds_what_passes_its_filter()
    {
        var (user, other) = (await gateway.NewUserAsync(), await gateway.NewUserAsync());
        using var byName = await gateway.Client.StreamAsync($"?sync=none&collection={user.Collection}&event=x&event=y");
        using var byUser = await gateway.Client.StreamAsync("?sync=none&user=me", user.Token);
        await gateway.Client.InsertAsync(user, "x", 0, 1);
        await gateway.Client.InsertAsync(user, "z", 0, 2);
        await gateway.Client.InsertAsync(other, "y", 0, 3, user.Collection);
        await gateway.Client.InsertAsync(user, "x", 0, 4, other.Collection);
        await gateway.Client.InsertAsync(user, "y", 0, 5);
        Assert.Equal(["1", "3", "5"], (await byName.ReadAsync(3)).Select(item => item.Data));
        Assert.Equal(["1", "2", "4", "5"], (await byUser.ReadAsync(4)).Select(item => item.Data));
        await gateway.FiredAsync(user, 4);
        using var sync = await gateway.Client.StreamAsync("?user=me", user.Token);
        Assert.Equal(["2", "4", "5"], (await sync.ReadAsync(3)).Select(item => item.Data).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("?collection=x")]
    [InlineData("?user=me")]
    [InlineData("?user=you")]
    [InlineData("?sync=all")]
    [InlineData("?checkpoints=yes")]
    public async Task A_filter_that_is_none_is_refused(string query) =>
        Assert.Equal(400, (await gateway.Client.SendAsync(HttpMethod.Get, $"/events{query}", null)).Status);

    [Fact]
    public async Task Many_names_and_odd_ones_do_no_harm()
    {
        var user = await gateway.NewUserAsync();
        string[] names = [.. Enumerable.Range(0, 150).Select(i => $"name{i}"), "a_u_b", "a_v_b", "_u_", "ünïcode 😀", new string('n', 1024)];
        foreach (string name in names)
            await gateway.Client.InsertAsync(user, name, 0);
        await gateway.FiredAsync(user, names.Length);
        using var stream = await gateway.Client.StreamAsync($"?collection={user.Collection}");
        Assert.Equal(names.Order(StringComparer.Ordinal), (await stream.ReadAsync(names.Length)).Select(item => item.Name).Order(StringComparer.Ordinal));
        await gateway.NewUserAsync();
    }

    [Fact]
    public async Task An_event_is_sent_when_its_second_has_come_and_not_before()
    {
        var user = await gateway.NewUserAsync();
        using var stream = await gateway.Client.StreamAsync($"?collection={user.Collection}");
        long second = EventsClient.Now + 2;
        Assert.False((await gateway.Client.InsertAsync(user, "soon", second)).GetProperty("published").GetBoolean());
        Assert.Equal("soon", (await stream.ReadAsync())!.Name);
        Assert.True(EventsClient.Now >= second);
        Assert.True((await gateway.Client.CollectionAsync(user, user.Collection))[0].GetProperty("published").GetBoolean());
    }

    [Fact]
    public async Task What_is_back_dated_is_sent_but_is_not_the_state_of_its_name()
    {
        var user = await gateway.NewUserAsync();
        using var live = await gateway.Client.StreamAsync($"?collection={user.Collection}");
        await gateway.Client.InsertAsync(user, "A", 20, "newer");
        await gateway.Client.InsertAsync(user, "A", 15, "older");
        Assert.Equal(["\"newer\"", "\"older\""], (await live.ReadAsync(2)).Select(item => item.Data));
        using var sync = await gateway.Client.StreamAsync($"?collection={user.Collection}");
        Assert.Equal("\"newer\"", (await sync.ReadAsync())!.Data);
    }

    [Theory]
    [InlineData("last_event_id")]
    [InlineData("lastEventID")]
    [InlineData("lastEventId")]
    public async Task The_last_id_may_come_in_the_query_under_the_names_that_clients_use(string name)
    {
        var user = await gateway.NewUserAsync();
        string query = $"?collection={user.Collection}";
        for (int i = 0; i < 3; i++)
            await gateway.Client.InsertAsync(user, "n", 0, i);
        await gateway.FiredAsync(user, 3);
        using var earliest = await gateway.Client.StreamAsync($"{query}&{name}=earliest");
        var all = await earliest.ReadAsync(3);
        Assert.Equal(["0", "1", "2"], all.Select(item => item.Data));
        using var resumed = await gateway.Client.StreamAsync($"{query}&{name}={all[0].Id}");
        Assert.Equal(all[1..], await resumed.ReadAsync(2));
        Assert.Equal(all[0].Id, resumed.Response.Headers.GetValues("Last-Event-ID").Single());
    }

    [Fact]
    public async Task Due_events_fire_in_the_order_of_time()
    {
        var user = await gateway.NewUserAsync();
        using var stream = await gateway.Client.StreamAsync($"?collection={user.Collection}");
        var events = new[] { 3, 1, 2, 1 }.Select((timestamp, i) => new { @event = "t", collection_id = user.Collection, timestamp, data = i });
        await gateway.Client.SendAsync(HttpMethod.Post, "/events/batch", user.Token, new { events });
        Assert.Equal(["1", "3", "2", "0"], (await stream.ReadAsync(4)).Select(item => item.Data));
    }

    [Fact]
    public void Streams_that_are_opened_together_have_signs_of_life_at_intervals_of_their_own()
    {
        var intervals = Enumerable.Range(0, 1000).Select(_ => StreamEndpoint.Spread(TimeSpan.FromSeconds(16)).TotalSeconds).ToList();
        Assert.All(intervals, seconds => Assert.InRange(seconds, 12, 16));
        Assert.InRange(intervals.Average(), 13.5, 14.5);
        Assert.True(intervals.Max() - intervals.Min() > 2);
        Assert.Equal(TimeSpan.Zero, StreamEndpoint.Spread(TimeSpan.Zero));
    }

    [Fact]
    public async Task A_stream_that_asks_for_it_is_told_how_far_it_has_come_though_its_filter_lets_nothing_through()
    {
        await using var own = await EventsGateway.StartAsync("\"HeartbeatInterval\": \"00:00:00.5\", \"MaxReplay\": 10");
        var user = await own.NewUserAsync();
        using var told = await own.Client.StreamAsync("?event=rare&checkpoints=1");
        using var untold = await own.Client.StreamAsync("?event=rare");
        using var all = await own.Client.StreamAsync();
        Task<SseEvent?>[] reading = [told.ReadAsync(TimeSpan.FromMinutes(1)), untold.ReadAsync(TimeSpan.FromMinutes(1))];
        await Eventually.BecomesTrueAsync(() => told.LastEventId.Length > 0 && untold.LastEventId.Length > 0, "ids to begin with");
        string before = untold.LastEventId;
        for (int i = 0; i < 20; i++)
            await own.Client.InsertAsync(user, "often", i);
        string last = (await all.ReadAsync(20))[^1].Id;
        await Eventually.BecomesTrueAsync(() => told.LastEventId == last, "a checkpoint");
        Assert.Equal(before, untold.LastEventId);
        await own.Client.InsertAsync(user, "rare", 0);
        Assert.All(await Task.WhenAll(reading), seen => Assert.Equal("rare", seen!.Name));
        using var resumed = await own.Client.StreamAsync("?event=rare&checkpoints=1", lastEventId: last);
        Assert.Equal("rare", (await resumed.ReadAsync())!.Name);
        using var gap = await own.Client.StreamAsync("?event=rare", lastEventId: before);
        Assert.Equal("internal_status", (await gap.ReadAsync())!.Name);
    }

    [Fact]
    public async Task The_legacy_heartbeat_is_that_of_the_original()
    {
        await using var own = await EventsGateway.StartAsync("\"LegacyHeartbeat\": true");
        using var stream = await own.Client.StreamAsync();
        Assert.Equal(("internal_status", "connected"), Meaning((await stream.ReadAsync())!));
        Assert.Equal(("internal_status", "ping"), Meaning((await stream.ReadAsync(TimeSpan.FromMinutes(1)))!));
    }

    [Fact]
    public async Task A_stream_that_is_not_public_opens_for_a_token_a_cookie_or_a_ticket_once()
    {
        await using var own = await EventsGateway.StartAsync("\"PublicStream\": false");
        var user = await own.NewUserAsync();
        Assert.Equal(401, (await own.Client.SendAsync(HttpMethod.Get, "/events", null)).Status);
        Assert.Equal(401, (await own.Client.SendAsync(HttpMethod.Get, "/events?ticket=made-up", null)).Status);
        string ticket = (await own.Client.SendAsync(HttpMethod.Post, "/events/ticket", user.Token)).Json.GetProperty("ticket").GetString()!;
        using (var byTicket = await own.Client.StreamAsync($"?ticket={ticket}"))
            Assert.Equal(200, (int)byTicket.Response.StatusCode);
        Assert.Equal(401, (await own.Client.SendAsync(HttpMethod.Get, $"/events?ticket={ticket}", null)).Status);
        using (var byToken = await own.Client.StreamAsync("", user.Token))
            Assert.Equal(200, (int)byToken.Response.StatusCode);
        var login = await own.Client.SendAsync(HttpMethod.Post, "/login?cookie=1", null, new { username = user.Name, password = "secret" });
        Assert.Contains("httponly", login.Headers["Set-Cookie"], StringComparison.OrdinalIgnoreCase);
        // The client keeps cookies as a browser does.
        using var byCookie = await own.Client.StreamAsync();
        Assert.Equal(200, (int)byCookie.Response.StatusCode);
    }

    static (string Name, string Data) Meaning(SseEvent seen) => (seen.Name, seen.Data);
}
