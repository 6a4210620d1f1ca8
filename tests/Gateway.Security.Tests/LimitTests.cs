using System.Globalization;
using Gateway.Testing;

namespace Gateway.Security.Tests;

/// <summary>The limits of a team, reached by every module's kind of traffic, and answered in its protocol's own way. The other team goes on.</summary>
public class LimitTests
{
    static readonly Team Acme = Teams.Acme;
    static readonly Team Bolt = Teams.Bolt;

    // A login is a message too, and needs no account to be one.
    static readonly (string Module, string Request)[] Messages =
        [("Channels", "POST /channels/a"), ("JsonStore", "PUT /json/a"), ("Events", "POST /login"), ("Streams", "POST /stream")];

    [Theory, InlineData("MessagesPerSecond", "messages"), InlineData("BytesPerSecond", "bytes")]
    public async Task Requests_over_the_rate_are_asked_to_come_again(string limit, string counted)
    {
        await using var teams = await Teams.StartAsync($$"""{ "{{limit}}": 1 }""");
        foreach (var (module, request) in Messages)
        {
            double before = await RefusedAsync(teams, counted);
            HttpReply reply;
            do
                reply = await SendAsync(teams, Acme, request);
            while (reply.Status != 429);

            Assert.Equal((module, "rate_limited"), (module, CodeOf(reply)));
            Assert.InRange(int.Parse(reply.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 3600);
            Assert.True(await RefusedAsync(teams, counted) > before);
        }
        Assert.NotEqual(429, (await SendAsync(teams, Bolt, "PUT /json/a")).Status);
    }

    [Theory]
    [InlineData("/channels/a", "x")]
    [InlineData("/json?method=reusable", """{"type":"unsubscribe","paths":["a"]}""")]
    [InlineData("/router", """{"event":"ping"}""")]
    public async Task A_WebSocket_over_the_rate_is_asked_to_come_again(string target, string message)
    {
        await using var teams = await Teams.StartAsync("""{ "MessagesPerSecond": 2 }""");
        await using var client = await teams.ConnectAsync();
        Assert.Equal(101, (await client.UpgradeAsync($"/t/acme{target}", Teams.Headers(Acme, Way.Path, Acme.TokenOf("ada")))).Status);

        await client.SendTextsAsync(Enumerable.Repeat(message, 1000));
        WireFrame frame;
        do
            frame = await client.ReadMessageAsync();
        while (frame.Opcode == WireOpcode.Text);

        Assert.Equal(1013, frame.CloseCode);
        Assert.True(await RefusedAsync(teams, "messages") > 0);
    }

    [Fact]
    public async Task Topics_are_counted_over_all_modules()
    {
        await using var teams = await Teams.StartAsync("""{ "Topics": 1 }""");
        string token = Acme.TokenOf("ada");
        await using var router = await teams.ConnectAsync();
        Assert.Equal(101, (await router.UpgradeAsync("/t/acme/router")).Status);
        await router.SendTextAsync($$"""{"event":"auth","method":"team","token":"{{token}}"}""");
        Assert.Contains("ok", (await router.ReadMessageAsync()).Text, StringComparison.Ordinal);
        Assert.Contains("\"ok\"", await AskAsync("subscribe", "books.1"), StringComparison.Ordinal);

        Assert.Contains("Too many subscriptions.", await AskAsync("subscribe", "books.2"), StringComparison.Ordinal);
        await using (var channel = await teams.ConnectAsync())
        {
            Assert.Equal(101, (await channel.UpgradeAsync("/t/acme/channels/a", Teams.Headers(Acme, Way.Path, token))).Status);
            Assert.Equal(1013, (await channel.ReadMessageAsync()).CloseCode);
        }
        await using (var path = await teams.ConnectAsync())
        {
            Assert.Equal(101, (await path.UpgradeAsync("/t/acme/json/a", Teams.Headers(Acme, Way.Path, token))).Status);
            Assert.Equal(1013, (await path.ReadMessageAsync()).CloseCode);
        }
        await using (var paths = await teams.ConnectAsync())
        {
            Assert.Equal(101, (await paths.UpgradeAsync("/t/acme/json/?method=reusable")).Status);
            await paths.SendTextAsync($$"""{"type":"subscribe","paths":["a","b"],"token":"{{token}}"}""");
            Assert.Contains("\"code\":429", (await paths.ReadMessageAsync()).Text, StringComparison.Ordinal);
        }
        foreach (string target in new[] { "/json/a", "/events?event=a" })
        {
            // Both end at once, in the way that an EventSource survives.
            var stream = await teams.RequestAsync(
                Acme, Way.Path, await Acme.TokenForAsync(teams, target == "/json/a" ? "JsonStore" : "Events", "ada"), $"GET {target}", "", ("Accept", "text/event-stream"));
            Assert.Equal(200, stream.Status);
            Assert.Contains("retry:", stream.Text, StringComparison.Ordinal);
            // It has left the web server: nothing would answer another request on it.
            if (OperatingSystem.IsLinux())
                Assert.Equal("close", stream.Header("Connection"));
        }
        Assert.True(await RefusedAsync(teams, "topics") >= 6);

        // A place is given back.
        Assert.Contains("\"ok\"", await AskAsync("unsubscribe", "books.1"), StringComparison.Ordinal);
        await Eventually.BecomesTrueAsync(
            async () => (await AskAsync("subscribe", "books.2")).Contains("\"ok\"", StringComparison.Ordinal), "a place to become free");

        async Task<string> AskAsync(string what, string name)
        {
            await router.SendTextAsync($$"""{"event":"{{what}}","subscription":"{{name}}"}""");
            return (await router.ReadMessageAsync()).Text;
        }
    }

    [Fact]
    public async Task What_goes_on_is_refused_where_as_many_connections_are_open_as_may_be()
    {
        await using var teams = await Teams.StartAsync("""{ "Connections": 1 }""");
        Assert.Equal(201, (await SendAsync(teams, Acme, "POST /stream/live")).Status);
        await using var first = await LiveClient.OpenAsync(teams, Acme, Way.Path, Acme.TokenOf("ada"), LiveOperation.All[0]);
        foreach (var operation in LiveOperation.All)
        {
            string token = await Acme.TokenForAsync(teams, operation.Module, "ada");
            string refusal = await LiveClient.RefusalAsync(teams, Acme, Way.Path, token, operation);

            // An EventSource comes back after nothing else; its answer ends at once.
            Assert.Equal($"{operation} {(operation is { Module: "Events" } ? 200 : 429)}", $"{operation} {refusal}");
        }
        await using var other = await LiveClient.OpenAsync(teams, Bolt, Way.Path, Bolt.TokenOf("ada"), LiveOperation.All[0]);
    }

    [Theory]
    [InlineData("JsonStore", "PUT /json/a")]
    [InlineData("Events", "POST /insert")]
    [InlineData("Streams", "POST /stream/a")]
    public async Task Nothing_is_stored_beyond_what_may_be(string module, string request)
    {
        await using var teams = await Teams.StartAsync("""{ "StorageBytes": 10 }""");

        var reply = await SendAsync(teams, Acme, request, await Acme.TokenForAsync(teams, module, "ada"));

        Assert.True(reply.Status == 429, $"{module}: {reply} {reply.Text}");
        Assert.Equal("storage_limit_reached", CodeOf(reply));
        Assert.NotNull(reply.Header("Retry-After"));
        Assert.True(await RefusedAsync(teams, "storage") > 0);
    }

    static async Task<HttpReply> SendAsync(Teams teams, Team team, string request, string? token = null) => await teams.RequestAsync(
        team, Way.Path, token ?? team.TokenOf("ada"), request,
        $$"""{"event":"e","collection_id":"{{Teams.Collection}}","timestamp":0,"data":"a text of some length","username":"u","password":"p"}""",
        ("Content-Type", "application/json"));

    static string? CodeOf(HttpReply reply) => System.Text.Json.JsonDocument.Parse(reply.Text).RootElement.GetProperty("code").GetString();

    static async Task<double> RefusedAsync(Teams teams, string limit) =>
        (await teams.Gateway.MetricsAsync()).Sum("gateway_tenant_limit_refusals_total", ("tenant", "acme"), ("limit", limit));
}
