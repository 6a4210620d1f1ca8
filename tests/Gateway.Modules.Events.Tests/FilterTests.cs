using FsCheck.Xunit;
using Gateway.Modules.Events.Storage;
using Gateway.Modules.Events.Streaming;

namespace Gateway.Modules.Events.Tests;

/// <summary>Which events a stream holds.</summary>
public sealed class FilterTests(EventsGateway gateway) : IClassFixture<EventsGateway>
{
    static readonly Guid[] Ids = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];

    [Theory]
    [InlineData("/events/*", "/events/", "/events/a/b", "/events/ü")]
    [InlineData("/events/:name", "/events/a", "/events/a.b-c")]
    [InlineData("/events/:area/x", "/events/a/x")]
    [InlineData("/events/:area-:kind", "/events/a-b")]
    [InlineData("/events/:rest+", "/events/a", "/events/a/b")]
    [InlineData("/events/:rest*", "/events", "/events/a/b")]
    [InlineData("/events/:rest?", "/events", "/events/a")]
    [InlineData("/events/*?", "/events", "/events/", "/events/a/b")]
    [InlineData("/events{/old}?/:name", "/events/a", "/events/old/a")]
    [InlineData("/events/{ab}+", "/events/ab", "/events/abab")]
    [InlineData("/events/a.b", "/events/a.b")]
    [InlineData("/events/\\:name", "/events/:name")]
    [InlineData("/*", "/", "/events/a")]
    public void A_pattern_matches_what_it_describes(string pattern, params string[] topics)
    {
        var regex = TopicPattern.Parse(pattern);
        Assert.All(topics, topic => Assert.Matches(regex, topic));
    }

    [Theory]
    [InlineData("/events/:name", "/events/", "/events/a/b", "/events/a\n/b", "/x/events/a")]
    [InlineData("/events/a.b", "/events/acb", "/events/a.bc", "/events/a.b\n")]
    [InlineData("/events/:rest+", "/events", "/events/", "/events/a/")]
    [InlineData("/events/{ab}?", "/events/abab", "/events/a")]
    [InlineData("/events/A", "/events/a")]
    public void And_nothing_else(string pattern, params string[] topics)
    {
        var regex = TopicPattern.Parse(pattern);
        Assert.All(topics, topic => Assert.DoesNotMatch(regex, topic));
    }

    [Fact]
    public void The_longest_pattern_is_matched_as_well()
    {
        string longest = string.Concat(Enumerable.Repeat(":a+", StreamFilter.MaxMatcherLength / 3));
        var regex = TopicPattern.Parse($"/{longest}");
        Assert.DoesNotMatch(regex, $"/{new string('x', 300)}/{new string('x', 300)}");
        Assert.Matches(regex, $"/{new string('x', 1024)}");
    }

    [Property(MaxTest = 300)]
    public void The_filters_that_are_found_are_those_that_match(int seed)
    {
        var random = new Random(seed);
        var index = new FilterIndex();
        var entered = new List<StreamFilter>();
        for (int step = 0; step < 60; step++)
        {
            if (entered.Count > 0 && random.Next(3) == 0)
            {
                index.Leave(entered[0]);
                entered.RemoveAt(0);
            }
            else
            {
                entered.Add(index.Enter(Some(random)));
            }
            var record = Record(random);
            Assert.Equal(
                entered.Where(filter => filter.Matches(record)).Select(filter => filter.Topic).Distinct().Order(StringComparer.Ordinal),
                index.Find(record).Select(filter => filter.Topic).Order(StringComparer.Ordinal));
        }
        entered.ForEach(index.Leave);
        Assert.Empty(index.Find(Record(random)));
    }

    [Fact]
    public async Task Matchers_hold_for_what_comes_first_what_was_missed_and_what_fires()
    {
        var user = await gateway.NewUserAsync();
        var other = Guid.NewGuid();
        string query = $"?match=/collections/{other}&match_urlpattern=/events/{user.Name}.:kind.*";
        (string Name, Guid Collection)[] events =
            [($"{user.Name}.a.1", user.Collection), ($"{user.Name}.a", user.Collection), ("any", other), ("any", user.Collection), ($"{user.Name}.b.2", user.Collection)];
        string[] expected = [$"{user.Name}.a.1", "any", $"{user.Name}.b.2"];
        using var live = await gateway.Client.StreamAsync(query);
        foreach (var (name, collection) in events)
            await gateway.Client.InsertAsync(user, name, 1, null, collection);
        Assert.Equal(expected, (await live.ReadAsync(3)).Select(item => item.Name));
        using var sync = await gateway.Client.StreamAsync(query);
        Assert.Equal(expected, (await sync.ReadAsync(3)).Select(item => item.Name));
        using var missed = await gateway.Client.StreamAsync(query + "&sync=earliest");
        Assert.Equal(expected, (await missed.ReadAsync(3)).Select(item => item.Name));
        using var narrowed = await gateway.Client.StreamAsync($"{query}&collection={user.Collection}");
        Assert.Equal([expected[0], expected[2]], (await narrowed.ReadAsync(2)).Select(item => item.Name));
        using var all = await gateway.Client.StreamAsync($"?match=*&collection={user.Collection}&sync=collections");
        Assert.Equal(4, (await all.ReadAsync(4)).Select(item => item.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("match=")]
    [InlineData("matchers=x")]
    [InlineData("match_regex=x")]
    [InlineData("match_urlpattern=events/*")]
    [InlineData("match_urlpattern=/events/(.*)")]
    [InlineData("match_urlpattern=/events/:")]
    [InlineData("match_urlpattern=/events/{a")]
    [InlineData("match_urlpattern=/events/a}")]
    [InlineData("match_urlpattern=/events/a%2B")]
    [InlineData("match_urlpattern=/events/\\")]
    public async Task A_matcher_that_is_none_is_refused_with_a_reason(string query)
    {
        var answer = await gateway.Client.SendAsync(HttpMethod.Get, $"/events?{query}", null);
        Assert.Equal((400, "filter_invalid"), (answer.Status, answer.Json.GetProperty("code").GetString()));
        Assert.Contains("match", answer.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Too_many_matchers_and_too_long_ones_are_refused()
    {
        string many = string.Join('&', Enumerable.Range(0, 100).Select(i => $"match=/{i}"));
        using (var stream = await gateway.Client.StreamAsync($"?{many}"))
            Assert.Equal(200, (int)stream.Response.StatusCode);
        Assert.Equal(400, (await gateway.Client.SendAsync(HttpMethod.Get, $"/events?{many}&match_urlpattern=/a", null)).Status);
        Assert.Equal(400, (await gateway.Client.SendAsync(HttpMethod.Get, $"/events?match=/{new string('a', 1000)}", null)).Status);
    }

    static StreamFilter Some(Random random) => new(
        Some(random, "a", "b", "a/b"), Some(random, Ids), random.Next(3) == 0 ? Ids[random.Next(3)] : null,
        [.. Some(random, TopicMatcher.Exact("/events/a"), TopicMatcher.Exact($"/collections/{Ids[0]}"), TopicMatcher.Pattern("/events/:x"), TopicMatcher.Pattern("/*/a*"))]);

    static T[] Some<T>(Random random, params T[] values) => random.Next(2) == 0 ? [] : [.. values.Where(_ => random.Next(2) == 0)];

    static EventRecord Record(Random random) => new()
    {
        Number = 1,
        Id = Guid.NewGuid(),
        UserId = Ids[random.Next(3)],
        CollectionId = Ids[random.Next(3)],
        Name = new[] { "a", "b", "a/b", "c" }[random.Next(4)],
        Timestamp = 1,
        Data = [(byte)'1'],
    };
}
