using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Host.Tests;

/// <summary>The configuration changes while the gateway runs.</summary>
public class ReloadTests
{
    const string Team = """{ "team": { "Type": "StaticTokens", "Tokens": ["first"] } }""";

    static readonly (string, string?) First = ("Authorization", "Bearer first");
    static readonly (string, string?) Second = ("Authorization", "Bearer second");

    [Fact]
    public async Task A_file_that_changes_under_load_changes_limits_and_tenants_and_loses_no_connection()
    {
        await using var gateway = await StartAsync("""
            "Modules": { "Channels": { "Auth": "none" } }, "Tenants": { "acme": { "Limits": { "Connections": 1 } } }
            """);
        var address = gateway.Address("Channels");
        await using var listener = await Run.SubscribeAsync(address, "/channels/a");
        await using var tenant = await Run.SubscribeAsync(address, "/t/acme/channels/a");
        Assert.Equal(429, await UpgradeAsync(address, "/t/acme/channels/a"));
        Assert.Equal(404, await UpgradeAsync(address, "/t/beta/channels/a"));
        using var over = new CancellationTokenSource();
        var publisher = PublishAsync(address, over.Token);
        Assert.Equal("0", (await listener.ReadMessageAsync()).Text);

        Write(gateway, """
            "Modules": { "Channels": { "Auth": "none", "MaxMessageBytes": 10 } },
            "Tenants": { "acme": { "Limits": { "Connections": 2 } }, "beta": { "Hosts": ["beta.example"] } }
            """);

        await Eventually.BecomesTrueAsync(async () => await UpgradeAsync(address, "/t/beta/channels/a") == 101, "the new tenant to be served");
        await using var byName = await WireClient.ConnectAsync(address);
        Assert.Equal(200, (await byName.RequestAsync("POST", "/channels/a", "x", ("Host", "beta.example"))).Status);
        await using var second = await Run.SubscribeAsync(address, "/t/acme/channels/a");
        Assert.Equal(413, (await Run.RequestAsync(address, "POST", "/channels/b", "more than ten bytes")).Status);
        await Run.AwaitServedAsync(tenant);
        await over.CancelAsync();
        int published = await publisher;
        for (int i = 1; i < published; i++)
            Assert.Equal($"{i}", (await listener.ReadMessageAsync()).Text);
        var state = await StateAsync(gateway);
        Assert.Equal("applied", state.GetProperty("outcome").GetString());
        Assert.Empty(Keys(state, "needsRestart"));
        Assert.Equal(["Modules:Channels:MaxMessageBytes", "Tenants:acme:Limits:Connections", "Tenants:beta:Hosts"], Keys(state, "applied"));
    }

    [Fact]
    public async Task A_file_that_is_half_written_is_refused_as_a_whole_and_seen()
    {
        await using var gateway = await StartAsync("""  "Auth": %, "Modules": { "Channels": { "Auth": "team" } }  """.Replace("%", Team, StringComparison.Ordinal));
        var address = gateway.Address("Channels");
        string file = Path.Combine(gateway.Folder, "gateway.json");
        string whole = (await File.ReadAllTextAsync(file)).Replace("first", "second", StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, whole[..^20]);

        await Eventually.BecomesTrueAsync(
            async () => (await HealthAsync(address)).GetProperty("status").GetString() == "degraded", "the refusal to be seen in the health answer");
        var ready = await Run.GetAsync(address, "/health/ready");
        Assert.Equal(200, ready.Status);
        Assert.StartsWith("refused", JsonDocument.Parse(ready.Body).RootElement.GetProperty("entries").GetProperty("configuration").GetProperty("description").GetString(), StringComparison.Ordinal);
        var state = await StateAsync(gateway);
        Assert.Equal("refused", state.GetProperty("outcome").GetString());
        Assert.Contains("gateway.json: line ", Assert.Single(Keys(state, "faults")), StringComparison.Ordinal);
        Assert.Equal(101, await UpgradeAsync(address, "/channels/a", First));

        await File.WriteAllTextAsync(file, whole);

        await Eventually.BecomesTrueAsync(
            async () => (await HealthAsync(address)).GetProperty("status").GetString() == "ok", "the whole file to be taken");
        Assert.Equal(401, await UpgradeAsync(address, "/channels/a", First));
        Assert.Equal(101, await UpgradeAsync(address, "/channels/a", Second));
    }

    [Fact]
    public async Task A_change_that_does_nothing_but_wait_for_a_restart_is_seen_until_it_is_taken_back()
    {
        await using var gateway = await StartAsync(""" "Modules": { "Channels": {} } """);

        Write(gateway, """ "Modules": { "Channels": {} }, "Drain": { "Window": "00:00:01" } """);
        await Eventually.BecomesTrueAsync(async () => (await WaitingAsync()).SequenceEqual(["Drain:Window"]), "the key that waits for a restart");
        Write(gateway, """ "Modules": { "Channels": {} } """);
        await Eventually.BecomesTrueAsync(async () => (await WaitingAsync()).Length == 0, "the key not to wait any longer");

        async Task<string[]> WaitingAsync() => Keys(await StateAsync(gateway), "needsRestart");
    }

    [Fact]
    public async Task Secrets_change_at_SIGHUP_and_who_was_let_in_stays()
    {
        await using var gateway = await StartAsync($$"""  "Auth": {{Team}}, "Modules": { "Channels": { "Auth": "team" } }  """);
        var address = gateway.Address("Channels");
        await using var client = await WireClient.ConnectAsync(address);
        Assert.Equal(101, (await client.UpgradeAsync("/channels/a", First)).Status);

        Write(gateway, $$"""  "Auth": {{Team.Replace("first", "second", StringComparison.Ordinal)}}, "Modules": { "Channels": { "Auth": "team" } }  """);
        gateway.Signal(GatewayProcess.SigHup);

        await Eventually.BecomesTrueAsync(async () => await UpgradeAsync(address, "/channels/a", Second) == 101, "the new token to be good");
        Assert.Equal(401, await UpgradeAsync(address, "/channels/a", First));
        await Run.AwaitServedAsync(client);
    }

    [Fact]
    public async Task What_needs_a_restart_says_so_until_it_is_taken_back()
    {
        await using var gateway = await StartAsync("""  "Modules": { "Channels": {} }  """);
        var address = gateway.Address("Channels");

        Write(gateway, """  "Drain": { "Window": "00:00:01" }, "Limits": { "Connections": 1 }, "Modules": { "Channels": { "Listen": "http://127.0.0.1:0" } }  """);
        var state = await ReloadAsync(gateway);

        Assert.Equal(["Drain:Window", "Modules:Channels:Listen"], Keys(state, "needsRestart"));
        Assert.Equal(["Limits:Connections"], Keys(state, "applied"));
        Assert.Equal(200, (await Run.GetAsync(address, "/health/ready")).Status);
        await using var only = await Run.SubscribeAsync(address, "/channels/a");
        Assert.Equal(429, await UpgradeAsync(address, "/channels/a"));

        Write(gateway, """  "Modules": { "Channels": {} }  """);

        Assert.Empty(Keys(await ReloadAsync(gateway), "needsRestart"));
        Assert.Contains("\"unchanged\"", (await Run.RequestAsync(address, "POST", "/admin/api/reload")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_module_is_switched_off_and_on_and_the_others_go_on()
    {
        await using var gateway = await StartAsync("""  "Modules": { "Channels": {}, "JsonStore": {} }  """);
        var address = gateway.Address("Channels");
        await using var stays = await Run.SubscribeAsync(address, "/channels/a");
        Assert.Equal(202, (await Run.RequestAsync(address, "PUT", "/json/a?durable", "1")).Status);
        await using var goes = await Run.OpenAsync(address, "/json/a");

        Write(gateway, """  "Modules": { "Channels": {}, "JsonStore": { "Enabled": false } }  """);
        Assert.Equal(["Modules:JsonStore:Enabled"], Keys(await ReloadAsync(gateway), "applied"));

        await ReadToCloseAsync(goes, 1001);
        Assert.Equal(404, (await Run.GetAsync(address, "/json/a")).Status);
        Assert.False((await HealthAsync(address)).GetProperty("entries").TryGetProperty("JsonStore", out _));

        Write(gateway, """  "Modules": { "Channels": {}, "JsonStore": {} }  """);
        await ReloadAsync(gateway);

        Assert.Equal("1", (await Run.GetAsync(address, "/json/a")).Text);
        await Run.AwaitServedAsync(stays);
    }

    [Fact]
    public async Task A_tenant_is_taken_away_with_its_connections()
    {
        await using var gateway = await StartAsync("""  "Modules": { "Channels": {} }, "Tenants": { "acme": {} }  """);
        var address = gateway.Address("Channels");
        await using var stays = await Run.SubscribeAsync(address, "/channels/a");
        await using var goes = await Run.SubscribeAsync(address, "/t/acme/channels/a");

        Write(gateway, """  "Modules": { "Channels": {} }  """);
        await ReloadAsync(gateway);

        await ReadToCloseAsync(goes, 1001);
        Assert.Equal(404, (await Run.GetAsync(address, "/t/acme/")).Status);
        await Run.AwaitServedAsync(stays);
    }

    [Fact]
    public async Task The_log_level_changes_while_it_runs()
    {
        await using var gateway = await StartAsync("""  "Modules": { "Channels": {} }  """);
        await using (var client = await Run.SubscribeAsync(gateway.Address("Channels"), "/channels/a"))
            await client.SendCloseAsync(1000);
        await ReloadAsync(gateway);
        Assert.DoesNotContain(gateway.Stderr, line => line.Contains("ConnectionClosed", StringComparison.Ordinal) || line.Contains("1002", StringComparison.Ordinal));

        Write(gateway, """  "Log": { "Level": "Debug" }, "Modules": { "Channels": {} }  """);
        await ReloadAsync(gateway);
        await using (var client = await Run.SubscribeAsync(gateway.Address("Channels"), "/channels/a"))
            await client.SendCloseAsync(1000);

        await Eventually.BecomesTrueAsync(() => gateway.Stderr.Any(line => line.Contains("1002", StringComparison.Ordinal)), "the end of a connection to be logged");
    }

    [Fact]
    public async Task A_module_is_not_opened_to_all_where_others_reach_it()
    {
        await using var gateway = await GatewayProcess.StartAsync($$"""
            { "Urls": "http://0.0.0.0:0", "Auth": {{Team}}, "Modules": { "Channels": { "Auth": "team" } } }
            """);
        var address = new UriBuilder(gateway.Address("Channels")) { Host = "127.0.0.1" }.Uri;

        await File.WriteAllTextAsync(Path.Combine(gateway.Folder, "gateway.json"), """{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": {} } }""");
        var reply = await Run.RequestAsync(address, "POST", "/admin/api/reload");

        Assert.Equal(422, reply.Status);
        Assert.Contains("Modules:Channels:Auth", reply.Text, StringComparison.Ordinal);
        Assert.Equal(401, await UpgradeAsync(address, "/channels/a"));
    }

    static Task<GatewayProcess> StartAsync(string settings) => GatewayProcess.StartAsync(Whole(settings));

    static void Write(GatewayProcess gateway, string settings) => File.WriteAllText(Path.Combine(gateway.Folder, "gateway.json"), Whole(settings));

    static string Whole(string settings) => $$"""{ "Urls": "http://127.0.0.1:0", {{settings}} }""";

    static async Task<int> UpgradeAsync(Uri address, string target, params (string, string?)[] headers)
    {
        await using var client = await WireClient.ConnectAsync(address);
        return (await client.UpgradeAsync(target, headers)).Status;
    }

    // The change may have been noticed already: what it came to is in the view.
    static async Task<JsonElement> ReloadAsync(GatewayProcess gateway)
    {
        var reply = await Run.RequestAsync(gateway.Address("Channels"), "POST", "/admin/api/reload");
        Assert.True(reply.Status == 200, reply.ToString());
        return await StateAsync(gateway);
    }

    static async Task<JsonElement> StateAsync(GatewayProcess gateway) =>
        JsonDocument.Parse((await Run.GetAsync(gateway.Address("Channels"), "/admin/api/reload")).Body).RootElement;

    static async Task<JsonElement> HealthAsync(Uri address) => JsonDocument.Parse((await Run.GetAsync(address, "/health/ready")).Body).RootElement;

    static string[] Keys(JsonElement state, string name) => [.. state.GetProperty(name).EnumerateArray().Select(key => key.GetString()!)];

    static async Task ReadToCloseAsync(WireClient client, int code)
    {
        while (true)
        {
            var frame = await client.ReadMessageAsync();
            if (frame.Opcode != WireOpcode.Close)
                continue;
            Assert.Equal(code, frame.CloseCode);
            return;
        }
    }

    // Returns how many it has published: 0, 1, 2 and so on.
    static async Task<int> PublishAsync(Uri address, CancellationToken over)
    {
        await using var client = await WireClient.ConnectAsync(address);
        for (int i = 0; ; i++)
        {
            if (over.IsCancellationRequested)
                return i;
            Assert.Equal(200, (await client.RequestAsync("POST", "/channels/a", $"{i}")).Status);
        }
    }
}
