namespace Gateway.Modules.Events.Tests;

public sealed class ListTests(EventsGateway gateway) : IClassFixture<EventsGateway>
{
    [Fact]
    public async Task A_collection_is_in_the_order_of_time_whoever_wrote_it()
    {
        var shared = Guid.NewGuid();
        var (user, other) = (await gateway.NewUserAsync(shared), await gateway.NewUserAsync(shared));
        long far = EventsClient.Now + 100_000;
        await gateway.Client.InsertAsync(user, "c", far);
        await gateway.Client.InsertAsync(other, "a", 1);
        await gateway.Client.InsertAsync(user, "b1", 2);
        await gateway.Client.InsertAsync(other, "b2", 2);
        await gateway.Client.InsertAsync(user, "elsewhere", 3, null, Guid.NewGuid());
        string[] names = [.. (await gateway.Client.CollectionAsync(user, shared)).Select(item => item.GetProperty("event").GetString()!)];
        Assert.Equal(["a", "b1", "b2", "c"], names);

        var mine = (await gateway.Client.SendAsync(HttpMethod.Get, "/user_events", user.Token)).Json;
        Assert.Equal(["info", "events"], mine.EnumerateObject().Select(member => member.Name));
        Assert.Equal(4, mine.GetProperty("info").GetArrayLength());
        Assert.Equal(["b1", "elsewhere", "c"], mine.GetProperty("events").EnumerateArray().Select(item => item.GetProperty("event").GetString()));
    }

    [Fact]
    public async Task Pages_join_to_the_whole()
    {
        var user = await gateway.NewUserAsync();
        for (int i = 0; i < 7; i++)
            await gateway.Client.InsertAsync(user, $"{i}", 10 - i / 2);
        var whole = (await gateway.Client.CollectionAsync(user, user.Collection)).Select(item => item.GetProperty("id").GetGuid()).ToList();
        var joined = new List<Guid>();
        while (true)
        {
            string after = joined.Count == 0 ? "" : $"&after={joined[^1]}";
            var page = await gateway.Client.CollectionAsync(user, user.Collection, $"?limit=3{after}");
            joined.AddRange(page.Select(item => item.GetProperty("id").GetGuid()));
            if (page.Length < 3)
                break;
        }
        Assert.Equal(whole, joined);
    }

    [Fact]
    public async Task A_list_that_takes_many_writes_comes_whole()
    {
        var user = await gateway.NewUserAsync();
        var events = Enumerable.Range(0, 2000).Select(i => new { @event = "n", collection_id = user.Collection, timestamp = i, data = new string('x', 300) });
        Assert.Equal(200, (await gateway.Client.SendAsync(HttpMethod.Post, "/events/batch", user.Token, new { events })).Status);
        var mine = (await gateway.Client.SendAsync(HttpMethod.Get, "/user_events", user.Token)).Json;
        foreach (string list in (string[])["info", "events"])
            Assert.Equal(Enumerable.Range(0, 2000), mine.GetProperty(list).EnumerateArray().Select(item => item.GetProperty("timestamp").GetInt32()));
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=x")]
    [InlineData("?after=x")]
    [InlineData("?after=c0a80001-0000-0000-0000-000000000000")]
    public async Task A_page_that_is_none_is_refused(string query)
    {
        var user = await gateway.NewUserAsync();
        Assert.Equal(400, (await gateway.Client.SendAsync(HttpMethod.Get, $"/collections/{user.Collection}{query}", user.Token)).Status);
    }

    [Fact]
    public async Task What_is_unknown_is_empty_and_needs_a_token_nevertheless()
    {
        var user = await gateway.NewUserAsync();
        foreach (string id in (string[])[Guid.NewGuid().ToString(), "nonsense"])
        {
            var answer = await gateway.Client.SendAsync(HttpMethod.Get, $"/events/collections/{id}", user.Token);
            Assert.Equal((200, """{"events":[]}"""), (answer.Status, answer.Text));
            Assert.Equal(401, (await gateway.Client.SendAsync(HttpMethod.Get, $"/collections/{id}", null)).Status);
        }
        Assert.Equal("""{"info":[],"events":[]}""", (await gateway.Client.SendAsync(HttpMethod.Get, "/events/user", user.Token)).Text);
        Assert.Equal(401, (await gateway.Client.SendAsync(HttpMethod.Get, "/events/user", null)).Status);
    }
}
