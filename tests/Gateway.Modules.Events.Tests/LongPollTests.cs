using Gateway.Testing;

namespace Gateway.Modules.Events.Tests;

public sealed class LongPollTests(EventsGateway gateway) : IClassFixture<EventsGateway>
{
    [Fact]
    public async Task What_there_is_comes_at_once_and_what_fires_later_to_who_waits()
    {
        var user = await gateway.NewUserAsync();
        string query = $"collection={user.Collection}";
        var nothing = await PollAsync($"{query}&wait=0");
        Assert.Empty(nothing.Data);
        var waiting = PollAsync($"{query}&wait=60&last_event_id={nothing.Id}");
        await gateway.Client.InsertAsync(user, "elsewhere", 0, 0, Guid.NewGuid());
        await gateway.Client.InsertAsync(user, "n", 0, 1);
        var first = await waiting;
        Assert.Equal(["1"], first.Data);
        await gateway.Client.InsertAsync(user, "m", 0, 2);
        Assert.Equal(["2"], (await PollAsync($"{query}&wait=60&last_event_id={first.Id}")).Data);
        Assert.Equal(["1", "2"], (await PollAsync($"{query}&wait=60")).Data);
        Assert.Equal(["1", "2"], (await PollAsync($"{query}&wait=60&sync=earliest")).Data);
        Assert.Empty((await PollAsync($"{query}&wait=1&sync=none")).Data);
    }

    [Fact]
    public async Task Many_answers_join_to_the_whole_and_to_a_stream()
    {
        var user = await gateway.NewUserAsync();
        var events = Enumerable.Range(0, 2500).Select(i => new { @event = "n", collection_id = user.Collection, timestamp = i, data = i });
        Assert.Equal(200, (await gateway.Client.SendAsync(HttpMethod.Post, "/events/batch", user.Token, new { events })).Status);
        string query = $"collection={user.Collection}";
        var seen = new List<string>();
        string id = "earliest";
        while (seen.Count < 2500)
        {
            var answer = await PollAsync($"{query}&wait=60&last_event_id={id}");
            seen.AddRange(answer.Data);
            id = answer.Id;
        }
        Assert.Equal(Enumerable.Range(0, 2500).Select(i => $"{i}"), seen);
        using var stream = await gateway.Client.StreamAsync($"?{query}&last_event_id={id}");
        await gateway.Client.InsertAsync(user, "n", 0, "next");
        Assert.Equal("\"next\"", (await stream.ReadAsync())!.Data);
    }

    [Fact]
    public async Task An_unknown_id_is_a_gap_with_the_latest()
    {
        var user = await gateway.NewUserAsync();
        await gateway.Client.InsertAsync(user, "n", 0, 1);
        string query = $"collection={user.Collection}";
        Assert.Equal(["1"], (await PollAsync($"{query}&wait=60")).Data);
        var gap = await PollAsync($"{query}&wait=60&last_event_id=nonsense");
        Assert.True(gap.IsGap);
        Assert.Equal(["1"], gap.Data);
        Assert.False((await PollAsync($"{query}&wait=0&last_event_id={gap.Id}")).IsGap);
    }

    [Theory]
    [InlineData("wait=")]
    [InlineData("wait=-1")]
    [InlineData("wait=61")]
    [InlineData("wait=x")]
    [InlineData("wait=1&sync=all")]
    public async Task A_wait_that_is_none_is_refused(string query) =>
        Assert.Equal(400, (await gateway.Client.SendAsync(HttpMethod.Get, $"/events?{query}", null)).Status);

    [Fact]
    public async Task Who_waits_is_counted_as_a_connection_and_ends_with_its_token()
    {
        await using var own = await EventsGateway.StartAsync();
        var user = await own.NewUserAsync();
        var waiting = own.Client.SendAsync(HttpMethod.Get, "/events?wait=60", user.Token);
        await Eventually.BecomesTrueAsync(async () => (await own.Gateway.MetricsAsync()).Sum("gateway_connections") == 1, "a connection");
        Assert.Equal(200, (await own.Client.SendAsync(HttpMethod.Post, $"/admin/api/users/{user.Id}/disable", null)).Status);
        Assert.Empty((await waiting).Json.GetProperty("events").EnumerateArray());
        await Eventually.BecomesTrueAsync(async () => (await own.Gateway.MetricsAsync()).Sum("gateway_connections") == 0, "its end");
    }

    async Task<(string[] Data, string Id, bool IsGap)> PollAsync(string query)
    {
        var answer = await gateway.Client.SendAsync(HttpMethod.Get, $"/events?{query}", null);
        Assert.True(answer.Status == 200, answer.Text);
        return (
            [.. answer.Json.GetProperty("events").EnumerateArray().Select(item => item.GetProperty("data").GetRawText())],
            answer.Json.GetProperty("last_event_id").GetString()!,
            answer.Json.GetProperty("gap").GetBoolean());
    }
}
