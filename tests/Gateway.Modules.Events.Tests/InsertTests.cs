using System.Text.Json;

namespace Gateway.Modules.Events.Tests;

public sealed class InsertTests(EventsGateway gateway) : IClassFixture<EventsGateway>
{
    [Fact]
    public async Task An_event_comes_back_with_eight_members()
    {
        var user = await gateway.NewUserAsync();
        var inserted = await gateway.Client.InsertAsync(user, "fresh", -5, new { a = 1 });
        Assert.Equal(
            ["cancelled", "collection_id", "data", "event", "id", "published", "timestamp", "user_id"],
            inserted.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(user.Id, inserted.GetProperty("user_id").GetGuid());
        Assert.Equal(user.Collection, inserted.GetProperty("collection_id").GetGuid());
        Assert.Equal(-5, inserted.GetProperty("timestamp").GetInt64());
        Assert.False(inserted.GetProperty("published").GetBoolean());
        Assert.False(inserted.GetProperty("cancelled").GetBoolean());
    }

    [Theory]
    [InlineData("""{"b":[1,2.50,1e400,18446744073709551615],"a":"ä\n😀"}""")]
    [InlineData("\"{}\"")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("12")]
    [InlineData("[]")]
    public async Task Any_json_comes_back_and_is_streamed_on_one_line_of_ascii(string data)
    {
        var user = await gateway.NewUserAsync();
        using var stream = await gateway.Client.StreamAsync($"?sync=none&collection={user.Collection}");
        var answer = await gateway.Client.SendAsync(HttpMethod.Post, "/insert", user.Token,
            EventsClient.Raw($$"""{"event":"any","collection_id":"{{user.Collection}}","timestamp":0,"data":{{data}}}"""));
        Assert.True(answer.Status == 200, answer.Text);
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(data).RootElement, answer.Json.GetProperty("event").GetProperty("data")));
        var streamed = await stream.ReadAsync();
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(data).RootElement, JsonDocument.Parse(streamed!.Data).RootElement));
        Assert.All(streamed.Data, character => Assert.InRange(character, ' ', '~'));
    }

    [Theory]
    [InlineData("""{"collection_id":"{0}","timestamp":1,"data":1}""")]
    [InlineData("""{"event":"x","timestamp":1,"data":1}""")]
    [InlineData("""{"event":"x","collection_id":"{0}","data":1}""")]
    [InlineData("""{"event":"x","collection_id":"{0}","timestamp":1}""")]
    [InlineData("""{"event":"x","collection_id":"{0}","timestamp":"1","data":1}""")]
    [InlineData("""{"event":"x","collection_id":"{0}","timestamp":1.5,"data":1}""")]
    [InlineData("""{"event":"x","collection_id":"{0}","timestamp":1e9,"data":1}""")]
    [InlineData("""{"event":"x","collection_id":"{0}","timestamp":null,"data":1}""")]
    [InlineData("""{"event":"x","collection_id":"{0}","timestamp":9223372036854775808,"data":1}""")]
    [InlineData("""{"event":"x","collection_id":"no","timestamp":1,"data":1}""")]
    [InlineData("""{"event":7,"collection_id":"{0}","timestamp":1,"data":1}""")]
    [InlineData("""{"event":"x","event":"x","collection_id":"{0}","timestamp":1,"data":1}""")]
    [InlineData("""{"event":"a\nb","collection_id":"{0}","timestamp":1,"data":1}""")]
    [InlineData("""{"event":"a\u0000b","collection_id":"{0}","timestamp":1,"data":1}""")]
    [InlineData("""{"event":"a\rb","collection_id":"{0}","timestamp":1,"data":1}""")]
    [InlineData("""{"event":"\ud800","collection_id":"{0}","timestamp":1,"data":1}""")]
    [InlineData("""{"event":"x","collection_id":"{0}","timestamp":1,"data":"\ud800"}""")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("")]
    public async Task What_is_malformed_is_refused(string body)
    {
        var user = await gateway.NewUserAsync();
        var answer = await gateway.Client.SendAsync(HttpMethod.Post, "/insert", user.Token,
            EventsClient.Raw(body.Replace("{0}", user.Collection.ToString(), StringComparison.Ordinal)));
        Assert.True(answer.Status == 400, $"{answer.Status} {answer.Text}");
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.NotEmpty(answer.Json.GetProperty("error").GetString()!);
        Assert.Empty(await gateway.Client.CollectionAsync(user, user.Collection));
    }

    [Fact]
    public async Task A_body_must_be_json_by_its_type_and_not_too_large()
    {
        var user = await gateway.NewUserAsync();
        string body = $$"""{"event":"x","collection_id":"{{user.Collection:N}}","timestamp":1,"data":"{{new string('x', 33_000)}}"}""";
        Assert.Equal(400, (await gateway.Client.SendAsync(HttpMethod.Post, "/insert", user.Token, EventsClient.Raw(body, "text/plain"))).Status);
        Assert.Equal(200, (await gateway.Client.SendAsync(HttpMethod.Post, "/insert", user.Token, EventsClient.Raw(body))).Status);
        string large = body.Replace("xxx", "xxxx" + new string('x', 200), StringComparison.Ordinal);
        Assert.Equal(413, (await gateway.Client.SendAsync(HttpMethod.Post, "/insert", user.Token, EventsClient.Raw(large))).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("foo")]
    [InlineData("1234")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.")]
    public async Task Without_a_good_token_nothing_is_inserted(string? token)
    {
        var answer = await gateway.Client.SendAsync(HttpMethod.Post, "/insert", token, new { });
        Assert.Equal(401, answer.Status);
        Assert.Contains("Bearer", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic dXNlcjpzZWNyZXQ=")]
    public async Task A_header_that_holds_no_token_is_none(string authorization)
    {
        var answer = await gateway.Client.SendAsync(HttpMethod.Post, "/insert", null, new { }, ("Authorization", authorization));
        Assert.Equal(401, answer.Status);
    }

    [Fact]
    public async Task A_key_inserts_once_and_only_the_same()
    {
        var user = await gateway.NewUserAsync();
        var first = await InsertAsync("one", "k1");
        var again = await InsertAsync("one", "k1");
        Assert.Equal(first.Json.GetProperty("event").GetProperty("id").GetGuid(), again.Json.GetProperty("event").GetProperty("id").GetGuid());
        Assert.Equal(422, (await InsertAsync("two", "k1")).Status);
        Assert.Equal(200, (await InsertAsync("one", "k2")).Status);
        Assert.Equal(2, (await gateway.Client.CollectionAsync(user, user.Collection)).Length);

        Task<Answer> InsertAsync(string name, string key) => gateway.Client.SendAsync(HttpMethod.Post, "/insert", user.Token,
            new { @event = name, collection_id = user.Collection, timestamp = 1, data = 1 }, ("Idempotency-Key", key));
    }

    [Fact]
    public async Task A_batch_is_inserted_whole_or_not_at_all()
    {
        var user = await gateway.NewUserAsync();
        var good = new { @event = "x", collection_id = user.Collection, timestamp = 1, data = 1 };
        var answer = await gateway.Client.SendAsync(HttpMethod.Post, "/events/batch", user.Token, new { events = new[] { good, good } });
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(2, answer.Json.GetProperty("events").GetArrayLength());
        var refused = await gateway.Client.SendAsync(HttpMethod.Post, "/events/batch", user.Token, new { events = new object[] { good, new { } } });
        Assert.Equal(400, refused.Status);
        Assert.Contains("Event 1", refused.Text, StringComparison.Ordinal);
        Assert.Equal(2, (await gateway.Client.CollectionAsync(user, user.Collection)).Length);
    }

    [Theory]
    [InlineData(1_700_000_000_000)]
    [InlineData(long.MaxValue)]
    public async Task Milliseconds_are_taken_with_a_warning_and_do_not_fire(long timestamp)
    {
        var user = await gateway.NewUserAsync();
        var answer = await gateway.Client.SendAsync(HttpMethod.Post, "/insert", user.Token,
            new { @event = "late", collection_id = user.Collection, timestamp, data = 1 });
        Assert.Equal(200, answer.Status);
        Assert.Contains("milliseconds", answer.Headers["Warning"], StringComparison.Ordinal);
        await gateway.Client.InsertAsync(user, "now", 0);
        await Testing.Eventually.BecomesTrueAsync(
            async () => (await gateway.Client.CollectionAsync(user, user.Collection))[0].GetProperty("published").GetBoolean(), "the other event to fire");
        Assert.False((await gateway.Client.CollectionAsync(user, user.Collection))[1].GetProperty("published").GetBoolean());
    }

    [Theory]
    [InlineData("GET", "/insert", "POST")]
    [InlineData("HEAD", "/events", "GET")]
    [InlineData("GET", "/users", "POST")]
    [InlineData("GET", "/login", "POST")]
    [InlineData("POST", "/events/user", "GET")]
    public async Task Another_method_is_told_which_are_allowed(string method, string path, string allowed)
    {
        var answer = await gateway.Client.SendAsync(new HttpMethod(method), path, null);
        Assert.Equal(405, answer.Status);
        Assert.Contains(allowed, answer.Headers["Allow"], StringComparison.Ordinal);
    }
}
