using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gateway.Testing;

namespace Gateway.Modules.Router.Tests;

/// <summary>Who is let in by other schemes, and what a token's grants and end mean; tenants; the start.</summary>
public sealed class AccessTests
{
    const string Secret = "a secret that is long enough for HS256";

    static string Jwt(string claims)
    {
        string signed = $"{Base64Url.EncodeToString("""{"alg":"HS256"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes(signed)))}";
    }

    static Task<GatewayFixture> StartAsync(string router = "") => GatewayFixture.StartAsync($$"""
        {
          "Urls": "http://127.0.0.1:0",
          "Redis": { "EmbeddedPort": 0 },
          "Auth": { "jwt": { "Type": "Jwt", "Secret": "{{Secret}}" } },
          "Admin": { "Token": "admin" },
          "Modules": { "Router": { "Auth": "jwt", "Services": { "books": { "FilterFields": ["user"] } } {{router}} } }
        }
        """);

    static async Task<RouterClient> ConnectAsync(GatewayFixture gateway, string target = "/router")
    {
        var wire = await WireClient.ConnectAsync(gateway.Address("Router"));
        Assert.Equal(101, (await wire.UpgradeAsync(target)).Status);
        return new RouterClient(wire);
    }

    static Task BecomeAsync(RouterClient client, string claims) =>
        client.AskAsync($$"""{"event":"auth","method":"jwt","token":"{{Jwt(claims)}}"}""", """{"event":"auth","status":"ok"}""");

    [Fact]
    public async Task A_signed_token_is_a_method_too_and_its_claims_filter()
    {
        await using var gateway = await StartAsync();
        await using var client = await ConnectAsync(gateway);

        await client.AskAsync("""{"event":"auth","ticket":"t"}""", """{"event":"auth","status":"error","error":"Authentication method unsupported."}""");
        await client.AskAsync("""{"event":"auth","method":"jwt"}""", """{"event":"auth","status":"error","error":"Must specify token."}""");
        await client.AskAsync("""{"event":"auth","method":"jwt","token":"x.y.z"}""", """{"event":"auth","status":"error","error":"Authentication failed."}""");
        Assert.Equal(1, (await gateway.MetricsAsync()).Sum("gateway_auth_refused_total", ("module", "Router"), ("code", "token_malformed")));
        await BecomeAsync(client, """{"user":7}""");
        await client.SubscribeAsync("books.1");

        using var redis = await RedisSocket.ConnectAsync(gateway.EmbeddedRedis!);
        await redis.PublishAsync("books.1", """{"subscription":"books.1","data":1,"user":8}""");
        await redis.PublishAsync("books.1", """{"subscription":"books.1","data":2,"user":7}""");
        await client.ExpectPushesAsync("books.1", "2");
    }

    [Fact]
    public async Task Grants_that_a_token_has_must_cover_what_it_does()
    {
        await using var gateway = await StartAsync();
        await using var client = await ConnectAsync(gateway);
        await BecomeAsync(client, """{"gateway":{"version":1,"grants":[{"module":"Router","actions":["subscribe"],"paths":["/books.1"]}]}}""");

        await client.SubscribeAsync("books.1");
        await client.AskAsync("""{"event":"subscribe","subscription":"books.2"}""",
            """{"event":"subscribe","subscription":"books.2","status":"error","error":"Unauthorized."}""");
        await client.AskAsync("""{"event":"message","subscription":"books.1"}""",
            """{"event":"message","subscription":"books.1","status":"error","error":"Unauthorized."}""");
    }

    [Fact]
    public async Task A_session_ends_when_its_token_does()
    {
        await using var gateway = await StartAsync();
        await using var client = await ConnectAsync(gateway);
        long soon = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 3;
        await client.SendAsync($$"""{"event":"auth","method":"jwt","token":"{{Jwt($$"""{"exp":{{soon}}}""")}}"}""");

        WireFrame frame;
        do
            frame = await client.Wire.ReadMessageAsync(TimeSpan.FromMinutes(2));
        while (frame.Opcode == WireOpcode.Text);

        Assert.Equal(1008, frame.CloseCode);
    }

    [Fact]
    public async Task Tenants_share_no_topic()
    {
        await using var gateway = await GatewayFixture.StartAsync("""
            {
              "Urls": "http://127.0.0.1:0",
              "Redis": { "EmbeddedPort": 0 },
              "Modules": { "Router": { "Services": { "books": { "RequireAuthentication": false } } } },
              "Tenants": { "acme": {} }
            }
            """);
        await using var ours = await ConnectAsync(gateway);
        await using var theirs = await ConnectAsync(gateway, "/t/acme/router");
        await ours.SubscribeAsync("books.1");
        await theirs.SubscribeAsync("books.1");

        using var redis = await RedisSocket.ConnectAsync(gateway.EmbeddedRedis!);
        Assert.Equal(":1", await redis.PublishAsync("books.1", """{"subscription":"books.1","data":"ours"}"""));
        Assert.Equal(":1", await redis.PublishAsync("acme:books.1", """{"subscription":"books.1","data":"theirs"}"""));

        await ours.ExpectPushesAsync("books.1", "\"ours\"");
        await theirs.ExpectPushesAsync("books.1", "\"theirs\"");
        await ours.ExpectNothingAsync();
        await theirs.ExpectNothingAsync();
    }

    [Fact]
    public async Task A_taken_port_stops_the_start_with_a_line_that_says_so()
    {
        await using var first = await StartAsync();
        int port = new Uri(first.EmbeddedRedis!).Port;

        var refused = await Assert.ThrowsAsync<IOException>(() => GatewayFixture.StartAsync($$"""
            { "Urls": "http://127.0.0.1:0", "Redis": { "EmbeddedPort": {{port}} }, "Modules": { "Router": {} } }
            """));

        Assert.Contains($"127.0.0.1:{port}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Redis:EmbeddedPort", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" "Services": { "a.b": {} } """, "Modules:Router:Services:a.b: a dot in the name of a service")]
    [InlineData(""" "Services": { "a": { "Authorizer": "ftp://x" } } """, "Modules:Router:Services:a:Authorizer: is no such URL")]
    [InlineData(""" "Services": { "a": { "AuthorizationRenewalPeriod": "00:00:01", "AuthorizationRenewalJitter": "00:00:02" } } """, "AuthorizationRenewalJitter: longer than")]
    [InlineData(""" "Callbacks": { "Headers": { "Bad Name": "x" } } """, "Modules:Router:Callbacks:Headers:Bad Name: is no header")]
    [InlineData(""" "Callbacks": { "SigningSecret": "" } """, "Modules:Router:Callbacks:SigningSecret: empty")]
    [InlineData(""" "SlowConsumer": "DropOldest" """, "Modules:Router:SlowConsumer: DropOldest is not supported")]
    public async Task A_bad_setting_stops_the_start(string options, string line)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayFixture.StartAsync($$"""
            { "Urls": "http://127.0.0.1:0", "Modules": { "Router": { {{options}} } } }
            """));

        Assert.Contains(line, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_pushes_and_calls_are_counted()
    {
        await using var router = await RouterGateway.StartAsync(
            RedisKind.Embedded, """{ "books": { "RequireAuthentication": false, "ExtraFields": ["x"], "FilterFields": ["x"], "OnMessage": "{url}/on_message" } }""");
        await using var client = await router.ConnectAsync();
        await client.SubscribeAsync("books.1");
        await client.SendAsync("{");
        await client.SendAsync("""{"event":"nonsense"}""");
        // What is not understood is answered; only then, as pushes do not wait for answers.
        await client.ReadAsync();
        await client.ReadAsync();
        await client.SendAsync("""{"event":"message","subscription":"books.1"}""");
        await router.PushAsync("books.1", "1");
        await router.PushAsync("books.1", "2", """ "x":1 """);
        await router.PushAsync("books.1", "3", """ "options":{"order":1} """);
        await router.PushAsync("books.1", "4", """ "options":{"order":1} """);
        await router.PushAsync("books.1", "5", """ "options":{"throttle":600} """);
        await router.PushAsync("books.1", "6", """ "options":{"throttle":600} """);
        await router.PublishAsync("books.1", "nonsense");
        await router.PushAsync("books.1", "7");
        await client.ExpectPushesAsync("books.1", "1", "3", "5", "7");

        var metrics = await router.Gateway.MetricsAsync();
        double Events(string kind, string status) => metrics.Sum("gateway_router_events_total", ("event", kind), ("status", status));
        Assert.Equal((1, 1, 1), (Events("subscribe", "success"), Events("invalid", "error"), Events("unknown", "error")));
        Assert.Equal(4, metrics.Sum("gateway_router_pushes_total"));
        Assert.Equal(1, metrics.Sum("gateway_router_filtered_total"));
        Assert.Equal(1, metrics.Sum("gateway_router_outdated_total"));
        Assert.Equal(1, metrics.Sum("gateway_router_throttled_total"));
        Assert.Equal(1, metrics.Sum("gateway_router_messages_invalid_total"));
        await router.Service.HasCallsAsync("/on_message", 1);
        await Eventually.BecomesTrueAsync(
            async () => (await router.Gateway.MetricsAsync()).Sum(
                "gateway_router_callback_duration_seconds_count", ("service", "books"), ("callback", "OnMessage"), ("outcome", "answered")) == 1,
            "the call to be counted");
    }
}
