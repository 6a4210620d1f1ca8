using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Host.Tests;

/// <summary>What operators see and do by <c>/admin/api</c>.</summary>
public class AdminTests
{
    const string Guarded = """
        {
          "Urls": "http://127.0.0.1:0",
          "Admin": { "Token": "operators-secret" },
          "Auth": {
            "team": { "Type": "StaticTokens", "Tokens": ["clients-secret"] },
            "app": { "Type": "Ticket", "Url": "http://name:ticket-secret@127.0.0.1:9/auth", "Fields": ["user"] }
          },
          "Modules": {
            "Channels": { "Auth": "team", "AllowedOrigins": ["https://shown.example"] },
            "Router": { "Auth": "app", "Services": { "books": { "Authorizer": "http://x:service-secret@127.0.0.1:9/" } }, "Callbacks": { "Headers": { "X-Key": "header-secret" }, "SigningSecret": "signing-secret" } }
          },
          "Redis": { "Mode": "Embedded", "EmbeddedPort": 0, "Configuration": "localhost,password=redis-secret" },
          "Tenants": { "acme": { "Auth": { "team": { "Type": "Jwt", "Secret": "jwt-secret-jwt-secret-jwt-secret-1" } }, "Modules": { "Router": { "Enabled": false } }, "Limits": { "Connections": 7 } } }
        }
        """;

    static readonly (string, string?) Operator = ("Authorization", "Bearer operators-secret");

    [Fact]
    public async Task The_overview_counts_what_happened_by_module_and_tenant()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": { "Auth": "none" } }, "Tenants": { "acme": {} } }""");
        await using var client = await Run.SubscribeAsync(gateway.Address("Channels"), "/channels/a");
        await using var other = await Run.SubscribeAsync(gateway.Address("Channels"), "/t/acme/channels/a");
        await client.SendTextAsync("12345");
        Assert.Equal("12345", (await client.ReadMessageAsync()).Text);
        Assert.Equal(200, (await Run.RequestAsync(gateway.Address("Channels"), "POST", "/channels/nobody", "x")).Status);

        var overview = await GetAsync(gateway, "overview");

        Assert.Equal(2, overview.GetProperty("connections").GetInt32());
        Assert.False(overview.GetProperty("draining").GetBoolean());
        var modules = overview.GetProperty("modules").EnumerateArray().ToDictionary(module => module.GetProperty("tenant").GetString()!);
        var own = modules["default"];
        Assert.Equal((1, 2), (own.GetProperty("connections").GetInt32(), own.GetProperty("messagesIn").GetInt32()));
        Assert.Equal(1, own.GetProperty("dropped").GetProperty("no_subscriber").GetInt32());
        Assert.Equal((1, 0), (modules["acme"].GetProperty("connections").GetInt32(), modules["acme"].GetProperty("messagesIn").GetInt32()));
    }

    [Fact]
    public async Task Connections_are_filtered_sorted_and_paged()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": {} }, "Tenants": { "acme": {} } }""");
        var clients = new List<WireClient>();
        for (int i = 0; i < 5; i++)
            clients.Add(await Run.SubscribeAsync(gateway.Address("Channels"), i == 4 ? "/t/acme/channels/a" : "/channels/a"));

        Assert.Equal(5, (await GetAsync(gateway, "connections")).GetProperty("total").GetInt32());
        Assert.Equal(1, (await GetAsync(gateway, "connections?tenant=acme")).GetProperty("total").GetInt32());
        Assert.Equal(0, (await GetAsync(gateway, "connections?module=none")).GetProperty("total").GetInt32());
        Assert.Equal(5, (await GetAsync(gateway, "connections?address=127.0.0.1&search=0.0.1")).GetProperty("total").GetInt32());
        Assert.Equal(0, (await GetAsync(gateway, "connections?user=nobody")).GetProperty("total").GetInt32());
        var ids = Ids(await GetAsync(gateway, "connections"));
        Assert.Equal(ids.Order(), ids);
        Assert.Equal(ids[2..4], Ids(await GetAsync(gateway, "connections?offset=2&limit=2")));
        Assert.Equal(ids[0], Ids(await GetAsync(gateway, "connections?sort=age"))[0]);
        foreach (var client in clients)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_is_shown_and_closed_with_a_reason_that_the_client_is_told()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        await using var client = await Run.SubscribeAsync(gateway.Address("Channels"), "/channels/a");
        long id = Assert.Single(Ids(await GetAsync(gateway, "connections")));
        var shown = await GetAsync(gateway, $"connections/{id}");
        Assert.Equal(("websocket", "127.0.0.1", "Disconnect"), (shown.GetProperty("transport").GetString(), shown.GetProperty("address").GetString(), shown.GetProperty("slowConsumer").GetString()));

        var reply = await PostAsync(gateway, $"connections/{id}/close", """{"reason":"bye for now"}""");

        Assert.Equal(200, reply.Status);
        var goodbye = await client.ReadMessageAsync();
        Assert.Equal((1008, "bye for now"), (goodbye.CloseCode, goodbye.CloseReason));
        await client.SendCloseAsync();
        await Eventually.BecomesTrueAsync(
            async () => (await GetAsync(gateway, "endings?search=kicked")).GetProperty("total").GetInt32() == 1, "the closing to be listed");
        Assert.Equal(404, (await PostAsync(gateway, "connections/99999999/close", null)).Status);
        Assert.Equal(404, (await Run.GetAsync(gateway.Address("Channels"), "/admin/api/connections/x")).Status);
    }

    [Fact]
    public async Task A_slow_consumer_is_found_with_what_waits_for_it_and_since_when()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        var address = gateway.Address("Channels");
        await using var quick = await Run.SubscribeAsync(address, "/channels/b");
        await using var stalled = await WireClient.ConnectAsync(address, receiveBufferSize: 4096);
        Assert.Equal(101, (await stalled.UpgradeAsync("/channels/a")).Status);
        await Run.AwaitServedAsync(stalled);
        string message = new('x', 60_000);

        JsonElement slow = default;
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                Assert.Equal(200, (await Run.RequestAsync(address, "POST", "/channels/a", message)).Status);
                slow = await GetAsync(gateway, "slow");
                return slow.GetProperty("total").GetInt32() == 1;
            },
            "somebody to be slow");

        var found = Assert.Single(slow.GetProperty("items").EnumerateArray().ToList());
        Assert.InRange(found.GetProperty("queueBytes").GetInt64(), 1, 4 * 1024 * 1024);
        double since = found.GetProperty("behindSeconds").GetDouble();
        await Eventually.BecomesTrueAsync(
            async () => (await GetAsync(gateway, "slow")).GetProperty("items")[0].GetProperty("behindSeconds").GetDouble() > since + 0.1,
            "the time to go on");
        Assert.Equal(found.GetProperty("id").GetInt64(), Ids(await GetAsync(gateway, "connections?sort=queue"))[0]);
    }

    [Fact]
    public async Task Topics_are_listed_by_their_subscribers_whatever_they_are_called()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        var address = gateway.Address("Channels");
        await using var one = await Run.SubscribeAsync(address, "/channels/%3Cimg%20src=x%3E");
        await using var two = await Run.SubscribeAsync(address, "/channels/b");
        await using var three = await Run.SubscribeAsync(address, "/channels/b");
        await one.SendTextAsync("12345");
        Assert.Equal("12345", (await one.ReadMessageAsync()).Text);

        var topics = (await GetAsync(gateway, "topics")).GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(["/b", "/<img src=x>"], topics.Select(topic => topic.GetProperty("name").GetString()));
        Assert.Equal((2, 0), (topics[0].GetProperty("subscribers").GetInt32(), topics[0].GetProperty("messages").GetInt32()));
        Assert.Equal((1, 7), (topics[1].GetProperty("messages").GetInt32(), topics[1].GetProperty("bytes").GetInt32()));
        Assert.Equal("/<img src=x>", (await GetAsync(gateway, "topics?sort=messages")).GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Equal(1, (await GetAsync(gateway, "topics?search=IMG")).GetProperty("total").GetInt32());
        var raw = await Run.GetAsync(address, "/admin/api/topics");
        Assert.DoesNotContain("<", raw.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_view_shows_a_secret()
    {
        await using var gateway = await GatewayProcess.StartAsync(Guarded);
        string[] views = ["overview", "connections", "slow", "topics", "modules", "tenants", "endings", "configuration"];
        foreach (string view in views)
        {
            var reply = await Run.RequestAsync(gateway.Address("Channels"), "GET", $"/admin/api/{view}", null, Operator);
            Assert.Equal((200, "application/json", "no-store"), (reply.Status, reply.Header("Content-Type"), reply.Header("Cache-Control")));
            Assert.DoesNotContain("-secret", reply.Text, StringComparison.Ordinal);
        }
        var configuration = (await Run.RequestAsync(gateway.Address("Channels"), "GET", "/admin/api/configuration", null, Operator)).Text;
        Assert.Contains("https://shown.example", configuration, StringComparison.Ordinal);
        var shown = JsonDocument.Parse(configuration).RootElement;
        Assert.Equal("***", shown.GetProperty("Auth").GetProperty("team").GetProperty("Tokens").GetString());
        Assert.Equal("user", shown.GetProperty("Auth").GetProperty("app").GetProperty("Fields")[0].GetString());
        Assert.Equal(7, shown.GetProperty("Tenants").GetProperty("acme").GetProperty("Limits").GetProperty("Connections").GetInt32());

        var tenants = JsonDocument.Parse((await Run.RequestAsync(gateway.Address("Channels"), "GET", "/admin/api/tenants?tenant=acme", null, Operator)).Body).RootElement;
        var limit = Assert.Single(tenants.EnumerateArray().ToList()).GetProperty("limits").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "connections");
        Assert.Equal((0, 7), (limit.GetProperty("used").GetInt32(), limit.GetProperty("of").GetInt32()));
    }

    [Fact]
    public async Task Views_come_as_events_and_endings_only_once()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        var address = gateway.Address("Channels");
        await using (var client = await Run.SubscribeAsync(address, "/channels/a"))
        {
            await client.SendCloseAsync();
            Assert.Equal(1000, (await client.ReadMessageAsync()).CloseCode);
        }
        await Eventually.BecomesTrueAsync(async () => (await GetAsync(gateway, "endings")).GetProperty("total").GetInt32() == 1, "the end");
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(address, "/admin/api/live?views=overview,endings"), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        var names = new List<string>();
        while (names.Count(name => name == "overview") < 3)
        {
            string line = (await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)))!;
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                names.Add(line["event: ".Length..]);
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line["data: ".Length..]).RootElement.ValueKind);
        }

        Assert.Equal(["overview", "endings", "overview", "overview"], names);

        // An operator who looks on does not hold the process.
        var (exitCode, took) = await Run.StopAsync(gateway);
        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_wrong_token_is_refused_and_guessing_is_stopped()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Admin": { "Token": "operators-secret" }, "Modules": { "Channels": {} } }""");
        var address = gateway.Address("Channels");
        Assert.Equal(401, (await Run.GetAsync(address, "/admin/api/overview")).Status);
        Assert.Equal(200, (await Run.RequestAsync(address, "GET", "/admin/api/overview", null, Operator)).Status);
        for (int i = 0; i < 10; i++)
            Assert.Equal(401, (await Run.RequestAsync(address, "GET", "/admin/api/overview", null, ("Authorization", $"Bearer guess-{i}"))).Status);

        var throttled = await Run.RequestAsync(address, "POST", "/admin/api/drain", null, Operator);

        Assert.Equal((429, "too_many_attempts"), (throttled.Status, Run.ProblemCode(throttled)));
        Assert.InRange(int.Parse(throttled.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 60);
    }

    [Theory]
    [InlineData("Origin", "https://foreign.example", "origin_not_allowed")]
    [InlineData("Sec-Fetch-Site", "cross-site", "origin_not_allowed")]
    [InlineData("Sec-Fetch-Site", "same-site", "origin_not_allowed")]
    [InlineData("X-Forwarded-For", "127.0.0.1", "admin_local_only")]
    [InlineData("Host", "foreign.example", "admin_local_only")]
    public async Task Other_sites_and_machines_are_refused(string header, string value, string code)
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        foreach (var (method, target) in new[] { ("GET", "/admin/api/overview"), ("POST", "/admin/api/drain") })
        {
            var reply = await Run.RequestAsync(gateway.Address("Channels"), method, target, null, (header, value));
            Assert.Equal((403, code), (reply.Status, Run.ProblemCode(reply)));
        }
    }

    [Theory]
    [InlineData("connections?sort=colour")]
    [InlineData("connections?limit=0")]
    [InlineData("connections?limit=1001")]
    [InlineData("connections?offset=-1")]
    [InlineData("connections?address=here")]
    [InlineData("endings?after=x")]
    [InlineData("live?views=overview,secrets")]
    public async Task A_query_that_is_not_understood_is_refused(string target)
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        var reply = await Run.GetAsync(gateway.Address("Channels"), $"/admin/api/{target}");
        Assert.Equal((400, "query_invalid"), (reply.Status, Run.ProblemCode(reply)));
    }

    [Fact]
    public async Task A_drain_has_a_window_of_its_own()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Drain": { "Window": "00:10:00", "Limit": "00:10:00" }, "Modules": { "Channels": {} } }""");
        var clients = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => Run.SubscribeAsync(gateway.Address("Channels"), $"/channels/{i}")));
        foreach (string bad in new[] { """{"window":"soon"}""", """{"window":"-00:00:01"}""", """{"window":"02:00:00"}""", """{"window":5}""", "window", "[]" })
            Assert.Equal(400, (await PostAsync(gateway, "drain", bad)).Status);

        var reply = await PostAsync(gateway, "drain", """{"window":"00:00:00"}""");

        Assert.Equal((202, """{"connections":5,"window":"00:00:00"}"""), (reply.Status, reply.Text));
        foreach (var client in clients)
        {
            Assert.Equal(1001, (await client.ReadMessageAsync()).CloseCode);
            await client.SendCloseAsync();
            await client.DisposeAsync();
        }
        Assert.Equal(0, await gateway.ExitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task A_second_signal_waits_for_nobody()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Drain": { "Window": "00:10:00", "Limit": "00:20:00" }, "Modules": { "Channels": {} } }""");
        await using var first = await Run.SubscribeAsync(gateway.Address("Channels"), "/channels/a");
        await using var second = await Run.SubscribeAsync(gateway.Address("Channels"), "/channels/a");
        gateway.Signal(GatewayProcess.SigTerm);
        await Eventually.BecomesTrueAsync(() => gateway.Stderr.Any(line => line.Contains("Draining", StringComparison.Ordinal)), "the drain to begin");

        gateway.Signal(GatewayProcess.SigTerm);

        Assert.Equal(0, await gateway.ExitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task What_the_document_describes_is_there()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        var document = await GetAsync(gateway, "openapi.json");
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            // A method that no path has: the answer lists those that there are.
            var reply = await Run.RequestAsync(gateway.Address("Channels"), "PROPFIND", path.Name.Replace("{id}", "1", StringComparison.Ordinal), null);
            Assert.Equal(405, reply.Status);
            Assert.Equal(
                path.Value.EnumerateObject().Select(operation => operation.Name.ToUpperInvariant()).Order(),
                reply.Header("Allow")!.Split(", ").Order());
        }
    }

    static async Task<JsonElement> GetAsync(GatewayProcess gateway, string view)
    {
        var reply = await Run.GetAsync(gateway.Address("Channels"), $"/admin/api/{view}");
        Assert.True(reply.Status == 200, reply.ToString());
        return JsonDocument.Parse(reply.Body).RootElement;
    }

    static Task<HttpReply> PostAsync(GatewayProcess gateway, string path, string? body) => Run.RequestAsync(
        gateway.Address("Channels"), "POST", $"/admin/api/{path}", body, body == null ? [] : [("Content-Type", "application/json")]);

    static List<long> Ids(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64())];
}
