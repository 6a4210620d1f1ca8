using Gateway.Testing;

namespace Gateway.Modules.Channels.Tests;

public class TenantTests
{
    const string TwoTeams = """
        {
          "Urls": "http://127.0.0.1:0",
          "Auth": { "team": { "Type": "StaticTokens", "Tokens": ["default-token"] } },
          "Modules": { "Channels": { "Auth": "team", "Listen": "http://127.0.0.1:0" } },
          "Tenants": {
            "acme": {
              "Auth": { "team": { "Type": "StaticTokens", "Tokens": ["acme-token"] } },
              "Hosts": ["acme.test"],
              "Modules": { "Channels": { "MaxMessageBytes": 10 } },
              "Limits": { "Connections": 2, "Topics": 1 }
            },
            "globex": {
              "Auth": { "team": { "Type": "StaticTokens", "Tokens": ["globex-token"] } },
              "Limits": { "MessagesPerSecond": 2 }
            },
            "closed": { "Modules": { "Channels": { "Enabled": false } } }
          }
        }
        """;

    [Theory]
    [InlineData("/channels/a", "default-token", 200)]
    [InlineData("/t/acme/channels/a", "acme-token", 200)]
    [InlineData("/t/globex/channels/a", "globex-token", 200)]
    [InlineData("/channels/a", "acme-token", 401)]
    [InlineData("/t/acme/channels/a", "default-token", 401)]
    [InlineData("/t/acme/channels/a", "globex-token", 401)]
    [InlineData("/t/closed/channels/a", "default-token", 404)]
    [InlineData("/t/nobody/channels/a", "default-token", 404)]
    [InlineData("/t/acme", "acme-token", 405)]
    public async Task A_token_is_good_for_its_own_team_only(string path, string token, int status)
    {
        await using var gateway = await GatewayFixture.StartAsync(TwoTeams);
        await using var client = await WireClient.ConnectAsync(gateway.Address("Channels"));

        Assert.Equal(status, (await client.RequestAsync("POST", path, "x", ("Authorization", $"Bearer {token}"))).Status);
    }

    [Fact]
    public async Task Channels_of_one_name_never_meet_whatever_the_door()
    {
        await using var gateway = await GatewayFixture.StartAsync(TwoTeams);
        var (shared, own) = (gateway.Address("Channels"), gateway.Address("Channels", 1));
        await using var ours = await OpenAsync(shared, "/channels/a?access_token=default-token");
        await using var acmes = await OpenAsync(shared, "/t/acme/channels/a?access_token=acme-token");
        await using var globexs = await OpenAsync(shared, "/t/globex/channels/a?access_token=globex-token");

        Assert.Equal("1", await PublishAsync(shared, "/channels/a", "default-token", "to default"));
        Assert.Equal("1", await PublishAsync(shared, "/t/acme/channels/a", "acme-token", "by path"));
        Assert.Equal("1", await PublishAsync(shared, "/channels/a", "acme-token", "by host", "acme.test"));
        Assert.Equal("1", await PublishAsync(own, "/a", "acme-token", "own door", "acme.test:8080"));
        Assert.Equal("1", await PublishAsync(own, "/a", "default-token", "own"));
        Assert.Equal("1", await PublishAsync(shared, "/t/globex/channels/a", "globex-token", "to globex"));

        Assert.Equal(["to default", "own"], await ours.ReadTextsAsync(2));
        Assert.Equal(["by path", "by host", "own door"], await acmes.ReadTextsAsync(3));
        Assert.Equal(["to globex"], await globexs.ReadTextsAsync(1));
        foreach (var client in new[] { ours, acmes, globexs })
            await client.SyncAsync();
    }

    [Fact]
    public async Task Options_and_limits_are_a_tenant_s_own()
    {
        await using var gateway = await GatewayFixture.StartAsync(TwoTeams);
        var address = gateway.Address("Channels");
        await using var client = await WireClient.ConnectAsync(address);
        Assert.Equal(413, (await client.RequestAsync("POST", "/t/acme/channels/a", "eleven char", ("Authorization", "Bearer acme-token"))).Status);
        Assert.Equal(200, (await client.RequestAsync("POST", "/channels/a", "eleven char", ("Authorization", "Bearer default-token"))).Status);

        await using (var first = await OpenAsync(address, "/t/acme/channels/a?access_token=acme-token"))
        await using (var second = await OpenAsync(address, "/t/acme/channels/b?access_token=acme-token"))
        {
            var close = await second.ReadCloseAsync();
            Assert.Equal((1013, "too many channels"), (close.CloseCode!.Value, close.CloseReason));
            await using var again = await OpenOnceThereIsRoomAsync(address, "/t/acme/channels/a?access_token=acme-token");
            await using var third = await WireClient.ConnectAsync(address);
            var refused = await third.UpgradeAsync("/t/acme/channels/a?access_token=acme-token");
            Assert.Equal(429, refused.Status);
            Assert.NotNull(refused.Header("Retry-After"));
            await using var others = await OpenAsync(address, "/channels/b?access_token=default-token");
        }
    }

    [Fact]
    public async Task Messages_over_the_rate_are_refused_and_counted_by_any_transport()
    {
        await using var gateway = await GatewayFixture.StartAsync(TwoTeams);
        var address = gateway.Address("Channels");
        await using var client = await WireClient.ConnectAsync(address);
        var statuses = new List<int>();
        HttpReply reply;
        do
        {
            reply = await client.RequestAsync("POST", "/t/globex/channels/a", "x", ("Authorization", "Bearer globex-token"));
            statuses.Add(reply.Status);
        }
        while (reply.Status == 200 && statuses.Count < 10_000);
        Assert.Equal(429, reply.Status);
        Assert.True(int.Parse(reply.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture) >= 1);
        Assert.Contains("rate_limited", reply.Text, StringComparison.Ordinal);

        await using var socket = await OpenAsync(address, "/t/globex/channels/a?access_token=globex-token");
        for (var i = 0; i < 100; i++)
            await socket.SendTextAsync("x");
        Assert.Equal(1013, (await socket.ReadCloseAsync()).CloseCode);
    }

    [Fact]
    public async Task The_index_shows_a_tenant_its_own_modules_only()
    {
        await using var gateway = await GatewayFixture.StartAsync(TwoTeams);
        await using var client = await WireClient.ConnectAsync(gateway.Address("Channels"));

        var acmes = (await client.RequestAsync("GET", "/t/acme/")).Text;
        Assert.Contains("/t/acme/channels", acmes, StringComparison.Ordinal);
        Assert.DoesNotContain("globex", acmes, StringComparison.Ordinal);
        Assert.DoesNotContain("acme", (await client.RequestAsync("GET", "/")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Modules": { "Channels": { "Auth": "team" } }, "Auth": { "team": { "Type": "StaticTokens", "Tokens": ["t"] } }, "Tenants": { "a": {} } }""", "Tenants:a:Modules:Channels:Auth: \"team\" is no scheme here")]
    [InlineData("""{ "Modules": { "Channels": {} }, "Tenants": { "default": {} } }""", "Tenants:default: no name for a tenant")]
    [InlineData("""{ "Modules": { "Channels": {} }, "Tenants": { "a b": {} } }""", "Tenants:a b: no name for a tenant")]
    [InlineData("""{ "Modules": { "Channels": {} }, "Tenants": { "a": { "Hosts": ["x.test"] }, "b": { "Hosts": ["X.test"] } } }""", "Tenants:b:Hosts")]
    [InlineData("""{ "Modules": { "Channels": {} }, "Tenants": { "a": { "Modules": { "Channels": { "MaxMessageByte": 1 } } } } }""", "Tenants:a:Modules:Channels:MaxMessageByte")]
    [InlineData("""{ "Modules": { "Channels": {} }, "Tenants": { "a": { "Modules": { "Nothing": {} } } } }""", "Tenants:a:Modules:Nothing: no such module")]
    [InlineData("""{ "Modules": { "Channels": {} }, "Tenants": { "a": { "Limits": { "Topics": -1 } } } }""", "Tenants:a:Limits:Topics")]
    public async Task A_tenant_that_is_not_right_stops_the_start(string json, string fault)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayFixture.StartAsync(json, "--Urls=http://127.0.0.1:0"));
        Assert.Contains(fault, refused.Message, StringComparison.Ordinal);
    }

    static async Task<WireClient> OpenAsync(Uri address, string target)
    {
        var client = await WireClient.ConnectAsync(address);
        Assert.Equal(101, (await client.UpgradeAsync(target)).Status);
        return client;
    }

    // The client reads the Close before the gateway is done with the connection.
    static async Task<WireClient> OpenOnceThereIsRoomAsync(Uri address, string target)
    {
        WireClient? opened = null;
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                var client = await WireClient.ConnectAsync(address);
                if ((await client.UpgradeAsync(target)).Status == 101)
                    opened = client;
                else
                    await client.DisposeAsync();
                return opened != null;
            },
            "room for one more connection");
        return opened!;
    }

    static async Task<string?> PublishAsync(Uri address, string path, string token, string text, string? host = null)
    {
        await using var client = await WireClient.ConnectAsync(address);
        (string, string?)[] headers = [("Authorization", $"Bearer {token}"), .. host == null ? [] : new (string, string?)[] { ("Host", host) }];
        var reply = await client.RequestAsync("POST", path, text, headers);
        Assert.Equal(200, reply.Status);
        return reply.Header("X-Subscribers");
    }
}
