using Gateway.Testing;

namespace Gateway.Modules.Channels.Tests;

public class AccessTests
{
    const string Secured = """
        {
          "Urls": "http://127.0.0.1:0",
          "Auth": { "team": { "Type": "StaticTokens", "Tokens": ["first-token", "second-token"] } },
          "Modules": { "Channels": { "Auth": "team" } }
        }
        """;

    [Theory]
    [InlineData("Bearer first-token", "", 200)]
    [InlineData("bearer second-token", "", 200)]
    [InlineData(null, "?access_token=first-token", 200)]
    [InlineData("Basic Zm9vOmJhcg==", "?access_token=first-token", 200)]
    [InlineData(null, "", 401)]
    [InlineData("Bearer third-token", "", 401)]
    [InlineData("Bearer third-token", "?access_token=first-token", 401)]
    [InlineData("Bearer", "", 401)]
    [InlineData("first-token", "", 401)]
    [InlineData(null, "?access_token=first-token&access_token=first-token", 400)]
    public async Task A_POST_needs_one_of_the_tokens(string? header, string query, int status)
    {
        await using var gateway = await GatewayFixture.StartAsync(Secured);
        await using var client = await WireClient.ConnectAsync(gateway.Address("Channels"));

        var reply = await client.RequestAsync("POST", $"/channels/a{query}", "x", ("Authorization", header));

        Assert.Equal(status, reply.Status);
        if (status == 401)
        {
            Assert.StartsWith("Bearer", reply.Header("WWW-Authenticate"), StringComparison.Ordinal);
            Assert.Contains("\"code\":\"token_", reply.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_WebSocket_needs_one_too_and_the_page_does_not()
    {
        await using var gateway = await GatewayFixture.StartAsync(Secured);
        await using (var refused = await WireClient.ConnectAsync(gateway.Address("Channels")))
            Assert.Equal(401, (await refused.UpgradeAsync("/channels/a")).Status);
        await using (var browser = await WireClient.ConnectAsync(gateway.Address("Channels")))
            Assert.Equal(200, (await browser.RequestAsync("GET", "/channels/a")).Status);

        await using var client = await WireClient.ConnectAsync(gateway.Address("Channels"));
        Assert.Equal(101, (await client.UpgradeAsync("/channels/a?access_token=second-token")).Status);
        await client.SendTextAsync("mine");
        Assert.Equal("mine", await client.ReadTextAsync());
        Assert.Equal(1, (await gateway.MetricsAsync()).Sum("gateway_auth_refused_total", ("code", "token_missing")));
    }

    [Fact]
    public async Task A_revoked_token_ends_its_connections_at_once_and_lets_nobody_in_again()
    {
        await using var gateway = await GatewayFixture.StartAsync(Secured);
        var address = gateway.Address("Channels");
        await using var revoked = await WireClient.ConnectAsync(address);
        await using var other = await WireClient.ConnectAsync(address);
        Assert.Equal(101, (await revoked.UpgradeAsync("/channels/a?access_token=first-token")).Status);
        Assert.Equal(101, (await other.UpgradeAsync("/channels/a?access_token=second-token")).Status);

        await using var operators = await WireClient.ConnectAsync(address);
        var answer = await operators.RequestAsync(
            "POST", "/admin/api/revocations", """{"token":"first-token"}""", ("Content-Type", "application/json"));

        Assert.Equal(200, answer.Status);
        Assert.Contains("\"connectionsClosed\":1", answer.Text, StringComparison.Ordinal);
        var close = await revoked.ReadCloseAsync();
        Assert.Equal(1008, close.CloseCode);
        Assert.Contains("revoked", close.CloseReason, StringComparison.Ordinal);
        await other.SyncAsync();
        await using (var again = await WireClient.ConnectAsync(address))
        {
            var refused = await again.RequestAsync("POST", "/channels/a", "x", ("Authorization", "Bearer first-token"));
            Assert.Equal(401, refused.Status);
            Assert.Contains("token_revoked", refused.Text, StringComparison.Ordinal);
        }

        Assert.Equal(204, (await operators.RequestAsync(
            "DELETE", "/admin/api/revocations", """{"token":"first-token"}""", ("Content-Type", "application/json"))).Status);
        await using var back = await WireClient.ConnectAsync(address);
        Assert.Equal(200, (await back.RequestAsync("POST", "/channels/a", "x", ("Authorization", "Bearer first-token"))).Status);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"user":7}""")]
    [InlineData("""{"tenant":"nobody","user":"u"}""")]
    public async Task A_revocation_that_says_nothing_is_refused(string body)
    {
        await using var gateway = await GatewayFixture.StartAsync(Secured);
        await using var operators = await WireClient.ConnectAsync(gateway.Address("Channels"));

        var reply = await operators.RequestAsync("POST", "/admin/api/revocations", body, ("Content-Type", "application/json"));

        Assert.Equal(400, reply.Status);
        Assert.Contains("revocation_invalid", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "10.0.0.1", 403)]
    [InlineData("X-Forwarded-Host", "localhost", 403)]
    [InlineData("Forwarded", "for=10.0.0.1", 403)]
    [InlineData("Host", "gateway.example.com", 403)]
    [InlineData("Origin", "https://elsewhere.test", 403)]
    [InlineData("Host", "localhost:8080", 200)]
    [InlineData("Host", "[::1]:8080", 200)]
    public async Task Without_a_token_operators_are_let_in_from_this_machine_only(string header, string value, int status)
    {
        await using var gateway = await GatewayFixture.StartAsync(Secured);
        await using var operators = await WireClient.ConnectAsync(gateway.Address("Channels"));

        Assert.Equal(status, (await operators.RequestAsync("GET", "/admin/api/revocations", null, (header, value))).Status);
    }

    [Theory]
    [InlineData("Bearer the-operators-token", 200)]
    [InlineData("Bearer another", 401)]
    [InlineData(null, 401)]
    public async Task With_a_token_operators_need_it_from_wherever(string? header, int status)
    {
        await using var gateway = await GatewayFixture.StartAsync(Secured, "--Admin:Token=the-operators-token");
        await using var operators = await WireClient.ConnectAsync(gateway.Address("Channels"));

        Assert.Equal(status, (await operators.RequestAsync("GET", "/admin/api/revocations", null, ("Authorization", header))).Status);
    }

    [Theory]
    [InlineData("""{ "Urls": "http://0.0.0.0:0", "Modules": { "Channels": {} } }""", "Modules:Channels:Auth: missing")]
    [InlineData("""{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": { "Listen": "http://*:0" } } }""", "Modules:Channels:Auth: missing")]
    [InlineData("""{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": { "Auth": "nobody" } } }""", "\"nobody\" is no scheme here")]
    [InlineData("""{ "Urls": "http://127.0.0.1:0", "Auth": { "a": { "Type": "Magic" } }, "Modules": { "Channels": { "Auth": "a" } } }""", "Auth:a:Type: \"Magic\"")]
    [InlineData("""{ "Urls": "http://127.0.0.1:0", "Auth": { "a": {} }, "Modules": { "Channels": {} } }""", "Auth:a:Type: missing")]
    [InlineData("""{ "Urls": "http://127.0.0.1:0", "Auth": { "none": { "Type": "StaticTokens" } }, "Modules": { "Channels": {} } }""", "Auth:none: no name")]
    [InlineData("""{ "Urls": "http://127.0.0.1:0", "Auth": { "a": { "Type": "StaticTokens", "Tokens": [] } }, "Modules": { "Channels": {} } }""", "Auth:a:Tokens")]
    public async Task A_start_that_is_open_or_knows_no_such_scheme_is_refused(string json, string fault)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayFixture.StartAsync(json));
        Assert.Contains(fault, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_module_may_be_open_to_all_if_it_says_so()
    {
        await using var gateway = await GatewayFixture.StartAsync(
            """{ "Urls": "http://0.0.0.0:0", "Modules": { "Channels": { "Auth": "none" } } }""");
        var port = gateway.Address("Channels").Port;
        await using var client = await WireClient.ConnectAsync(new Uri($"http://127.0.0.1:{port}"));

        Assert.Equal(200, (await client.RequestAsync("POST", "/channels/a", "x")).Status);
    }
}
