using System.Text.Json;

namespace Gateway.Modules.Events.Tests;

public sealed class SeriesTests(EventsGateway gateway) : IClassFixture<EventsGateway>
{
    [Fact]
    public async Task An_event_that_repeats_fires_until_one_of_its_series_is_cancelled()
    {
        var user = await gateway.NewUserAsync();
        using var stream = await gateway.Client.StreamAsync($"?collection={user.Collection}");
        var first = await InsertAsync(user, "tick", 0, """{"every":1}""");
        Assert.Equal(1, first.GetProperty("repeat").GetProperty("every").GetInt64());
        Assert.Equal(first.GetProperty("id").GetGuid(), first.GetProperty("series").GetGuid());
        var seen = await stream.ReadAsync(3);
        Assert.Equal(3, seen.Select(item => item.Id).Distinct().Count());
        Assert.All(seen, item => Assert.Equal(("tick", "7"), (item.Name, item.Data)));
        Assert.Single(await gateway.Client.CollectionAsync(user, user.Collection), IsPending);

        var cancelled = (await gateway.Client.SendAsync(HttpMethod.Delete, $"/events/{first.GetProperty("id").GetGuid()}", user.Token)).Json.GetProperty("event");
        Assert.True(cancelled.GetProperty("published").GetBoolean() && cancelled.GetProperty("cancelled").GetBoolean());
        var listed = await gateway.Client.CollectionAsync(user, user.Collection);
        Assert.DoesNotContain(listed, IsPending);
        Assert.All(listed, item => Assert.Equal(first.GetProperty("id").GetGuid(), item.GetProperty("series").GetGuid()));
        Assert.Equal(listed.Length, listed.Select(item => item.GetProperty("id").GetGuid()).Distinct().Count());
        Assert.Equal(2, listed.Count(item => item.GetProperty("cancelled").GetBoolean()));
    }

    [Fact]
    public async Task A_cron_expression_says_when_the_first_event_fires_and_a_key_inserts_it_once()
    {
        var user = await gateway.NewUserAsync();
        var body = new { @event = "cron", collection_id = user.Collection, timestamp = 0, data = 1, repeat = new { cron = "* * * * * *", time_zone = "Europe/Berlin" } };
        var first = await gateway.Client.SendAsync(HttpMethod.Post, "/insert", user.Token, body, ("Idempotency-Key", "cron"));
        Assert.True(first.Status == 200, first.Text);
        Assert.True(first.Json.GetProperty("event").GetProperty("timestamp").GetInt64() > 1_000_000_000);
        var again = await gateway.Client.SendAsync(HttpMethod.Post, "/insert", user.Token, body, ("Idempotency-Key", "cron"));
        Assert.Equal(first.Json.GetProperty("event").GetProperty("id").GetGuid(), again.Json.GetProperty("event").GetProperty("id").GetGuid());
        using var stream = await gateway.Client.StreamAsync($"?collection={user.Collection}&sync=earliest");
        await stream.ReadAsync(2);
        Assert.Single(await gateway.Client.CollectionAsync(user, user.Collection), IsPending);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("""{"every":0}""")]
    [InlineData("""{"every":-5}""")]
    [InlineData("""{"every":"1"}""")]
    [InlineData("""{"every":1,"cron":"* * * * *"}""")]
    [InlineData("""{"cron":"often"}""")]
    [InlineData("""{"cron":7}""")]
    [InlineData("""{"cron":"0 9 * * *","time_zone":"Atlantis"}""")]
    [InlineData("""{"cron":"0 0 30 2 *"}""")]
    [InlineData("""{"every":1,"until":"x"}""")]
    [InlineData("""{"every":1,"until":-1}""")]
    public async Task A_repetition_that_is_none_is_refused(string repeat)
    {
        var user = await gateway.NewUserAsync();
        string one = Body(user, "x", 0, repeat);
        foreach (var (path, body) in ((string, string)[])[("/insert", one), ("/events/batch", $$"""{"events":[{{one}}]}""")])
        {
            var answer = await gateway.Client.SendAsync(HttpMethod.Post, path, user.Token, EventsClient.Raw(body));
            Assert.True(answer.Status == 400, $"{answer.Status} {answer.Text}");
            Assert.Contains("repeat", answer.Text, StringComparison.Ordinal);
        }
        Assert.Empty(await gateway.Client.CollectionAsync(user, user.Collection));
    }

    static bool IsPending(JsonElement item) => !item.GetProperty("published").GetBoolean() && !item.GetProperty("cancelled").GetBoolean();

    static string Body(TestUser user, string name, long timestamp, string repeat) =>
        $$"""{"event":"{{name}}","collection_id":"{{user.Collection}}","timestamp":{{timestamp}},"data":7,"repeat":{{repeat}}}""";

    async Task<JsonElement> InsertAsync(TestUser user, string name, long timestamp, string repeat)
    {
        var answer = await gateway.Client.SendAsync(HttpMethod.Post, "/insert", user.Token, EventsClient.Raw(Body(user, name, timestamp, repeat)));
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json.GetProperty("event");
    }
}
