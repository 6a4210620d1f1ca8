using Gateway.Modules.Events.Storage;
using Gateway.Modules.Events.Streaming;
using Microsoft.Extensions.DependencyInjection;

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
        var sameInCapitals = await gateway.Client.SendAsync(HttpMethod.Get, $"/collections/{shared.ToString().ToUpperInvariant()}", user.Token);
        Assert.Equal(4, sameInCapitals.Json.GetProperty("events").GetArrayLength());

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

    [Theory]
    [InlineData("?from=20", "2a 2b 3 9")]
    [InlineData("?to=20", "-1 1")]
    [InlineData("?from=10&to=30", "1 2a 2b")]
    [InlineData("?from=-9223372036854775808&to=9223372036854775807", "-1 1 2a 2b 3")]
    [InlineData("?from=11&to=20", "")]
    [InlineData("?from=30&to=10", "")]
    [InlineData("?from=0&to=31&limit=2", "1 2a")]
    public async Task A_list_can_be_cut_to_a_time(string query, string expected)
    {
        var user = await gateway.NewUserAsync();
        foreach (var (name, timestamp) in ((string, long)[])[("3", 30), ("1", 10), ("2a", 20), ("2b", 20), ("-1", -10), ("9", long.MaxValue)])
            await gateway.Client.InsertAsync(user, name, timestamp);
        Assert.Equal(expected, string.Join(' ', (await gateway.Client.CollectionAsync(user, user.Collection, query)).Select(item => item.GetProperty("event").GetString())));
    }

    [Fact]
    public async Task The_link_to_the_next_page_leads_through_the_time_that_was_asked_for()
    {
        var user = await gateway.NewUserAsync();
        for (int i = 0; i < 9; i++)
            await gateway.Client.InsertAsync(user, "n", i);
        string? query = "?from=1&to=8&limit=3";
        var seen = new List<long>();
        while (query != null)
        {
            var answer = await gateway.Client.SendAsync(HttpMethod.Get, $"/collections/{user.Collection}{query}", user.Token);
            seen.AddRange(answer.Json.GetProperty("events").EnumerateArray().Select(item => item.GetProperty("timestamp").GetInt64()));
            query = answer.Headers.TryGetValue("Link", out string? link) ? link[1..link.IndexOf('>', StringComparison.Ordinal)] : null;
        }
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], seen);
    }

    [Fact]
    public async Task Who_has_a_list_already_is_sent_it_again_only_when_it_has_changed()
    {
        var user = await gateway.NewUserAsync();
        string[] lists = [$"/events/collections/{user.Collection}", "/events/user"];
        var id = (await gateway.Client.InsertAsync(user, "x", EventsClient.Now + 100_000)).GetProperty("id").GetGuid();
        var changes = new Dictionary<string, Func<Task>>
        {
            ["insert"] = () => gateway.Client.InsertAsync(user, "x", EventsClient.Now + 100_000),
            ["another time"] = () => gateway.Client.SendAsync(HttpMethod.Patch, $"/events/{id}", user.Token, new { timestamp = EventsClient.Now + 200_000 }),
            ["cancel"] = () => gateway.Client.SendAsync(HttpMethod.Delete, $"/events/{id}", user.Token),
            ["fire"] = async () =>
            {
                var fired = gateway.Gateway.Services.GetRequiredService<EventStore>().FireDue(EventsClient.Now + 300_000, 100);
                await gateway.Gateway.Services.GetRequiredService<Broadcaster>().PublishAsync(fired);
            },
        };
        foreach (var (name, change) in changes)
        {
            string[] tags = [await TagAsync(lists[0]), await TagAsync(lists[1])];
            for (int i = 0; i < lists.Length; i++)
            {
                var unchanged = await gateway.Client.SendAsync(HttpMethod.Get, lists[i], user.Token, null, ("If-None-Match", $"\"other\", {tags[i]}"));
                Assert.Equal((304, ""), (unchanged.Status, unchanged.Text));
            }
            await change();
            for (int i = 0; i < lists.Length; i++)
            {
                var changed = await gateway.Client.SendAsync(HttpMethod.Get, lists[i], user.Token, null, ("If-None-Match", tags[i]));
                Assert.True(changed.Status == 200, $"{lists[i]} after {name}");
            }
        }

        async Task<string> TagAsync(string list) => (await gateway.Client.SendAsync(HttpMethod.Get, list, user.Token)).Headers["ETag"];
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
    [InlineData("?from=x")]
    [InlineData("?to=1.5")]
    [InlineData("?to=9223372036854775808")]
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
