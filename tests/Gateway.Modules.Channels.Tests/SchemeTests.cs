using System.Text.Json;
using Gateway.Core.Auth;
using Gateway.Core.Auth.Users;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Modules.Channels.Tests;

/// <summary>Channels under each type of scheme, by configuration alone.</summary>
public class SchemeTests
{
    static string Secured(string scheme, string more = "") => $$"""
        {
          "Urls": "http://127.0.0.1:0",
          "DataDirectory": "data",
          "Auth": { "team": {{scheme}} },
          "Modules": { "Channels": { "Auth": "team" } }{{more}}
        }
        """;

    static readonly string Jwt = Secured($$"""{ "Type": "Jwt", "Secret": "{{Tokens.Secret}}" }""");

    [Theory]
    [InlineData("/room/*", "publish", "/room/1", 200)]
    [InlineData("/room/*", "publish", "/room", 403)]
    [InlineData("/room/*", "subscribe", "/room/1", 403)]
    [InlineData("/other", "publish", "/room/1", 403)]
    public async Task With_Jwt_the_claims_say_what_a_client_may_do(string granted, string action, string channel, int status)
    {
        await using var gateway = await GatewayFixture.StartAsync(Jwt);
        await using var client = await WireClient.ConnectAsync(gateway.Address("Channels"));

        var reply = await client.RequestAsync(
            "POST", $"/channels{channel}", "x", ("Authorization", $"Bearer {Tokens.ForChannels(granted, [action])}"));

        Assert.Equal(status, reply.Status);
        if (status == 403)
            Assert.Contains("grant_missing", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expired", "token_expired")]
    [InlineData("forged", "signature_invalid")]
    [InlineData("without grants", "grant_missing")]
    [InlineData("with a malformed claim", "claim_invalid")]
    [InlineData("too long", "token_malformed")]
    public async Task With_Jwt_a_refusal_says_why(string what, string code)
    {
        string token = what switch
        {
            "expired" => Tokens.ForChannels("/*", ["publish"], expires: DateTimeOffset.UtcNow.AddSeconds(-1)),
            "forged" => Tokens.ForChannels("/*", ["publish"], secret: "another secret of at least 32 bytes"),
            "without grants" => Tokens.Sign(new { sub = "joe" }),
            "with a malformed claim" => Tokens.Sign(new { sub = "joe", gateway = new { version = 1 } }),
            _ => Tokens.Sign(new { sub = new string('x', 9000) }),
        };
        await using var gateway = await GatewayFixture.StartAsync(Jwt);
        await using var client = await WireClient.ConnectAsync(gateway.Address("Channels"));

        var reply = await client.RequestAsync("POST", "/channels/a", "x", ("Authorization", $"Bearer {token}"));

        Assert.Equal(code == "grant_missing" ? 403 : 401, reply.Status);
        Assert.Contains($"\"code\":\"{code}\"", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(token, reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_WebSocket_ends_when_its_token_does_and_others_stay()
    {
        await using var gateway = await GatewayFixture.StartAsync(Jwt);
        await using var staying = await OpenAsync(gateway, Tokens.ForChannels("/*", ["subscribe"], "ann"));
        await using var ending = await OpenAsync(
            gateway, Tokens.ForChannels("/*", ["subscribe"], expires: DateTimeOffset.UtcNow.AddSeconds(3)));

        var close = await ending.ReadCloseAsync();

        Assert.Equal(1008, close.CloseCode);
        Assert.Contains("expired", close.CloseReason, StringComparison.Ordinal);
        await Eventually.BecomesTrueAsync(
            async () => (await gateway.MetricsAsync()).Sum("gateway_connections") == 1, "the connection that ended to be counted no more");
        await staying.SyncAsync();
    }

    [Fact]
    public async Task A_revoked_user_loses_every_connection_and_no_token_of_the_user_is_good_again()
    {
        await using var gateway = await GatewayFixture.StartAsync(Jwt);
        await using var first = await OpenAsync(gateway, Tokens.ForChannels("/*", ["subscribe"]));
        await using var second = await OpenAsync(gateway, Tokens.ForChannels("/a", ["subscribe"]));
        await using var other = await OpenAsync(gateway, Tokens.ForChannels("/*", ["subscribe"], "ann"));

        var answer = await PostAsync(gateway, "/admin/api/revocations", """{"user":"joe"}""");

        Assert.Contains("\"connectionsClosed\":2", answer.Text, StringComparison.Ordinal);
        Assert.Equal(1008, (await first.ReadCloseAsync()).CloseCode);
        Assert.Equal(1008, (await second.ReadCloseAsync()).CloseCode);
        await other.SyncAsync();
        Assert.Contains("token_revoked", (await PostAsync(gateway, "/channels/a", "x", Tokens.ForChannels("/*", ["publish"]))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_StaticTokens_whoever_has_one_may_do_everything()
    {
        await using var gateway = await GatewayFixture.StartAsync(Secured("""{ "Type": "StaticTokens", "Tokens": ["a-token"] }"""));

        Assert.Equal(200, (await PostAsync(gateway, "/channels/a", "x", "a-token")).Status);
        Assert.Equal(401, (await PostAsync(gateway, "/channels/a", "x", "another")).Status);
    }

    [Fact]
    public async Task With_TrustProxy_claims_count_whatever_the_signature()
    {
        await using var gateway = await GatewayFixture.StartAsync(Secured("""{ "Type": "Jwt", "TrustProxy": true }"""));
        string token = Tokens.ForChannels("/a", ["publish"], secret: "nobody here knows this secret, and nobody asks");

        Assert.Equal(200, (await PostAsync(gateway, "/channels/a", "x", token)).Status);
        Assert.Equal(403, (await PostAsync(gateway, "/channels/b", "x", token)).Status);
    }

    [Fact]
    public async Task With_Users_an_account_gives_a_token_until_it_is_disabled()
    {
        await using var gateway = await GatewayFixture.StartAsync(Secured("""{ "Type": "Users" }"""));
        var users = gateway.Services.GetServices<IAuthScheme>().OfType<UsersScheme>().Single();
        var user = (await users.Accounts.CreateAsync(new NewUser("ann", "a password", Guid.NewGuid()), default)).Value!;
        string token = (await users.LogInAsync("ann", "a password", null, default)).Value!.Token;

        Assert.Equal(200, (await PostAsync(gateway, "/channels/a", "x", token)).Status);
        Assert.Equal(200, (await PostAsync(gateway, "/channels/a", "x", token)).Status);
        await users.Accounts.SetDisabledAsync(user.Id, true, default);
        Assert.Contains("token_revoked", (await PostAsync(gateway, "/channels/a", "x", token)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_Ticket_the_application_is_asked_who_it_is()
    {
        var application = await LocalWebServer.StartAsync(async context =>
        {
            using var asked = await JsonDocument.ParseAsync(context.Request.Body);
            bool known = asked.RootElement.GetProperty("ticket").GetString() == "a-ticket";
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(known ? """{"status":"ok","user_id":7}""" : """{"status":"error","error":"unknown ticket"}""");
        });
        await using var running = application;
        await using var gateway = await GatewayFixture.StartAsync(
            Secured($$"""{ "Type": "Ticket", "Url": "{{application.Url}}/auth", "Fields": ["user_id"] }"""));

        Assert.Equal(200, (await PostAsync(gateway, "/channels/a", "x", "a-ticket")).Status);
        var refused = await PostAsync(gateway, "/channels/a", "x", "another");
        Assert.Equal(401, refused.Status);
        Assert.Contains("unknown ticket", refused.Text, StringComparison.Ordinal);

        await application.DisposeAsync();
        Assert.Equal(503, (await PostAsync(gateway, "/channels/a", "x", "a-ticket")).Status);
    }

    [Fact]
    public async Task Keys_that_cannot_be_fetched_turn_the_scheme_degraded_and_refuse_without_blame()
    {
        await using var gateway = await GatewayFixture.StartAsync(
            Secured("""{ "Type": "Jwt", "JwksUrl": "http://127.0.0.1:1/keys" }"""));
        string header = Convert.ToBase64String("""{"alg":"RS256","kid":"k"}"""u8.ToArray()).TrimEnd('=');

        Assert.Equal(503, (await PostAsync(gateway, "/channels/a", "x", $"{header}.e30.AAAA")).Status);

        await using var client = await WireClient.ConnectAsync(gateway.Address("Channels"));
        var ready = await client.RequestAsync("GET", "/health/ready");
        Assert.Equal(200, ready.Status);
        using var report = JsonDocument.Parse(ready.Text);
        Assert.Equal("degraded", report.RootElement.GetProperty("entries").GetProperty("auth/team").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Several_schemes_are_tried_in_turn()
    {
        await using var gateway = await GatewayFixture.StartAsync($$"""
            {
              "Urls": "http://127.0.0.1:0",
              "Auth": {
                "jwt": { "Type": "Jwt", "Secret": "{{Tokens.Secret}}" },
                "tokens": { "Type": "StaticTokens", "Tokens": ["a-token"] }
              },
              "Modules": { "Channels": { "Auth": ["jwt", "tokens"] } }
            }
            """);

        Assert.Equal(200, (await PostAsync(gateway, "/channels/a", "x", "a-token")).Status);
        Assert.Equal(200, (await PostAsync(gateway, "/channels/a", "x", Tokens.ForChannels("/a", ["publish"]))).Status);
        var expired = Tokens.ForChannels("/a", ["publish"], expires: DateTimeOffset.UtcNow.AddSeconds(-1));
        Assert.Contains("token_expired", (await PostAsync(gateway, "/channels/a", "x", expired)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Type": "Jwt", "Secret": "short" }""", "Auth:team:Secret")]
    [InlineData("""{ "Type": "Users", "Secret": "short" }""", "Auth:team:Secret")]
    public async Task A_short_secret_is_refused_where_others_can_reach_the_gateway(string scheme, string key)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => GatewayFixture.StartAsync(Secured(scheme), "--Urls=http://0.0.0.0:0"));
        Assert.Contains(key, refused.Message, StringComparison.Ordinal);
        await using var here = await GatewayFixture.StartAsync(Secured(scheme));
    }

    static async Task<WireClient> OpenAsync(GatewayFixture gateway, string token)
    {
        var client = await WireClient.ConnectAsync(gateway.Address("Channels"));
        var reply = await client.UpgradeAsync($"/channels/a?access_token={token}");
        Assert.True(reply.Status == 101, reply.ToString());
        return client;
    }

    static async Task<HttpReply> PostAsync(GatewayFixture gateway, string path, string body, string? token = null)
    {
        await using var client = await WireClient.ConnectAsync(gateway.Address("Channels"));
        return await client.RequestAsync("POST", path, body, ("Content-Type", "application/json"), ("Authorization", token == null ? null : $"Bearer {token}"));
    }
}
