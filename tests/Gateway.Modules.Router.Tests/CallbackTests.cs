using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Router.Tests;

/// <summary>How services are called, and what their answers do (specification, section 4).</summary>
public abstract class CallbackTests(RedisKind redis)
{
    const string Services = """
        {
          "before": { "RequireAuthentication": false, "BeforeSubscribe": "{url}/before_subscribe" },
          "message": { "RequireAuthentication": false, "OnMessage": "{url}/on_message" },
          "all": {
            "ExtraFields": ["extra", "session_id", "capabilities", "data"], "Authorizer": "{url}/authorizer", "AuthorizerFields": ["capabilities", "session_id"],
            "OnMessage": "{url}/on_message"
          },
          "nowhere": { "RequireAuthentication": false, "BeforeSubscribe": "http://127.0.0.1:1/" },
          "user": { "RequireAuthentication": false, "BeforeSubscribe": "http://127.0.0.1:1/user" }
        }
        """;

    const string Subscribe = """{"event":"subscribe","subscription":"before.t"}""";
    const string Ok = """{"event":"subscribe","subscription":"before.t","status":"ok"}""";
    const string Unavailable = """{"event":"subscribe","subscription":"before.t","status":"error","error":"Service unavailable."}""";
    const string Unhandled = """{"event":"subscribe","subscription":"before.t","status":"error","error":"Unhandled exception."}""";

    Task<RouterGateway> StartAsync(string callbacks) =>
        RouterGateway.StartAsync(redis, Services, $$""" "Callbacks": { {{callbacks}} } """);

    [SkippableTheory]
    [InlineData(500, "application/json", """{"status":"ok"}""")]
    [InlineData(404, "application/json", """{"status":"ok"}""")]
    [InlineData(302, "application/xml", "")]
    [InlineData(200, "text/html", """{"status":"ok"}""")]
    [InlineData(200, "text/json", """{"status":"ok"}""")]
    [InlineData(200, "image/x+json", """{"status":"ok"}""")]
    [InlineData(204, "text/plain", "")]
    public async Task A_failed_try_is_followed_by_another_until_there_have_been_enough(int status, string type, string body)
    {
        await using var router = await StartAsync(""" "Tries": 2, "Wait": "00:00:00.001" """);
        await using var client = await router.ConnectAsync();
        int calls = 0;
        router.Service.On("/before_subscribe", async (context, _) =>
        {
            if (Interlocked.Increment(ref calls) % 3 == 0)
            {
                await Service.JsonAsync(context, """{"status":"ok"}""");
                return;
            }
            context.Response.StatusCode = status;
            if (status == 204)
                return;
            context.Response.ContentType = type;
            await context.Response.WriteAsync(body);
        });

        await client.AskAsync(Subscribe, Unavailable);
        await client.AskAsync(Subscribe, Ok);
        Assert.Equal(3, calls);
    }

    [SkippableTheory]
    [InlineData("{bad")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"status\":\"ok\",\"data\":NaN}")]
    public async Task A_malformed_answer_is_an_error_at_once_and_the_session_stays(string body)
    {
        await using var router = await StartAsync(""" "Tries": 3 """);
        await using var client = await router.ConnectAsync();
        router.Service.Answer("/before_subscribe", 200, "application/json", body);

        await client.AskAsync(Subscribe, Unhandled);
        Assert.Single(router.Service.Bodies("/before_subscribe"));
        router.Service.Answer("/before_subscribe", """{"status":"ok"}""");
        await client.AskAsync(Subscribe, Ok);
    }

    [SkippableTheory]
    [InlineData(201, "application/vnd.api+json")]
    [InlineData(200, "application/json; charset=utf-8")]
    [InlineData(302, "application/json")]
    public async Task Any_answer_below_400_that_is_marked_as_JSON_is_used(int status, string type)
    {
        await using var router = await StartAsync(""" "Tries": 1 """);
        await using var client = await router.ConnectAsync();
        router.Service.On("/before_subscribe", (context, _) =>
        {
            context.Response.Headers.Location = "/elsewhere";
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            return context.Response.WriteAsync("""{"status":"ok"}""");
        });

        await client.AskAsync(Subscribe, Ok);
        Assert.Empty(router.Service.Bodies("/elsewhere"));
    }

    [SkippableFact]
    public async Task Nobody_there_is_an_unavailable_service()
    {
        await using var router = await StartAsync(""" "Tries": 2, "Wait": "00:00:00.001" """);
        await using var client = await router.ConnectAsync();

        await client.AskAsync("""{"event":"subscribe","subscription":"nowhere.t"}""",
            """{"event":"subscribe","subscription":"nowhere.t","status":"error","error":"Service unavailable."}""");
    }

    [SkippableFact]
    public async Task A_try_ends_in_time_whether_nothing_comes_or_one_byte_after_the_other()
    {
        await using var router = await StartAsync(""" "Tries": 1, "Timeout": "00:00:00.5" """);
        await using var client = await router.ConnectAsync();
        router.Service.On("/before_subscribe", (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await client.AskAsync(Subscribe, Unavailable);

        router.Service.On("/before_subscribe", async (context, _) =>
        {
            context.Response.ContentType = "application/json";
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(" ");
                await context.Response.Body.FlushAsync();
                await Task.Delay(50);
            }
        });
        await client.AskAsync(Subscribe, Unavailable);
    }

    [SkippableFact]
    public async Task A_large_answer_is_used_and_one_beyond_the_limit_is_a_failed_try()
    {
        await using var router = await StartAsync(""" "Tries": 1 """);
        await using var client = await router.ConnectAsync();
        router.Service.Answer("/before_subscribe", $$"""{"status":"ok","filler":"{{new string('x', 10_000_000)}}"}""");
        await client.AskAsync(Subscribe, Ok);
        await client.AskAsync("""{"event":"unsubscribe","subscription":"before.t"}""", """{"event":"unsubscribe","subscription":"before.t","status":"ok"}""");

        router.Service.Answer("/before_subscribe", $$"""{"status":"ok","filler":"{{new string('x', 17_000_000)}}"}""");
        await client.AskAsync(Subscribe, Unavailable);
    }

    [SkippableTheory]
    [InlineData("X-Rate-Limit-Reset", "0.2")]
    [InlineData("x-second", "0")]
    public async Task An_answer_429_says_when_to_come_again(string header, string value)
    {
        // Were it not for the header, the second try would come after the test's patience.
        await using var router = await StartAsync(""" "Tries": 2, "Wait": "01:00:00", "RateLimitResetHeaders": ["X-Rate-Limit-Reset", "X-Second"] """);
        await using var client = await router.ConnectAsync();
        int calls = 0;
        router.Service.On("/before_subscribe", async (context, _) =>
        {
            if (Interlocked.Increment(ref calls) == 2)
            {
                await Service.JsonAsync(context, """{"status":"ok"}""");
                return;
            }
            context.Response.StatusCode = 429;
            context.Response.Headers[header] = value;
        });

        await client.AskAsync(Subscribe, Ok);
    }

    [SkippableFact]
    public async Task A_ticket_is_presented_again_when_the_answer_429_says()
    {
        await using var router = await StartAsync(""" "Tries": 2, "Wait": "01:00:00" """);
        await using var client = await router.ConnectAsync();
        router.Service.On("/auth", (context, _) =>
        {
            router.Service.Answer("/auth", """{"status":"ok","session_id":"s"}""");
            context.Response.StatusCode = 429;
            context.Response.Headers["X-Rate-Limit-Reset"] = "0.2";
            return Task.CompletedTask;
        });

        await client.AskAsync("""{"event":"auth","ticket":"t"}""", """{"event":"auth","status":"ok"}""");
        Assert.Equal(2, router.Service.Bodies("/auth").Count);
    }

    [SkippableTheory]
    [InlineData("-1")]
    [InlineData("nan")]
    [InlineData("Wed, 21 Oct 2026 07:28:00 GMT")]
    [InlineData("")]
    public async Task A_time_that_is_none_is_the_usual_wait(string value)
    {
        await using var router = await StartAsync(""" "Tries": 2, "Wait": "00:00:00.001" """);
        await using var client = await router.ConnectAsync();
        router.Service.On("/before_subscribe", (context, _) =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers["X-Rate-Limit-Reset"] = value;
            return Task.CompletedTask;
        });

        await client.AskAsync(Subscribe, Unavailable);
        Assert.Equal(2, router.Service.Bodies("/before_subscribe").Count);
    }

    [SkippableFact]
    public async Task What_is_known_best_wins_in_what_a_service_is_sent()
    {
        await using var router = await StartAsync(""" "Tries": 1 """);
        await using var client = await router.AuthenticateAsync("from-auth");
        router.Service.Answer("/authorizer", """{"status":"ok","capabilities":"from-authorizer","session_id":"from-authorizer"}""");

        await client.SendAsync("""{"event":"subscribe","subscription":"all.t","extra":1,"session_id":"from-client","capabilities":"from-client","data":"from-client"}""");
        await client.ReadAsync();
        await client.SendAsync("""{"event":"message","subscription":"all.t","data":"from-message"}""");
        await router.Service.HasCallsAsync("/on_message", 1);

        Assert.Equal("""{"subscription":"all.t","extra":1,"session_id":"from-auth","capabilities":"from-client","data":"from-client"}""", router.Service.Bodies("/authorizer")[0]);
        Assert.Equal("""{"subscription":"all.t","extra":1,"session_id":"from-auth","capabilities":"from-authorizer","data":"from-message"}""", router.Service.Bodies("/on_message")[0]);
    }

    [SkippableFact]
    public async Task Calls_are_signed_carry_the_headers_and_share_connections()
    {
        await using var router = await StartAsync(""" "Headers": { "X-Api-Key": "secret" }, "SigningSecret": "s3cret" """);
        await using var client = await router.ConnectAsync();
        await client.SubscribeAsync("message.t");
        for (int i = 0; i < 20; i++)
            await client.SendAsync($$"""{"event":"message","subscription":"message.t","data":{{i}}}""");
        await router.Service.HasCallsAsync("/on_message", 20);

        var calls = router.Service.Calls;
        Assert.Single(calls.Select(call => call.RemotePort).Distinct());
        Assert.Equal(Enumerable.Range(0, 20), calls.Select(call => call.Json.GetProperty("data").GetInt32()));
        Assert.All(calls, call =>
        {
            Assert.Equal("secret", call.Headers["X-Api-Key"]);
            Assert.Equal("application/json", call.Headers["Content-Type"]);
            string[] parts = call.Headers["Gateway-Signature"].ToString().Split(',');
            string time = parts[0]["t=".Length..];
            byte[] expected = HMACSHA256.HashData("s3cret"u8, Encoding.UTF8.GetBytes($"{time}.{call.Body}"));
            Assert.Equal($"v1={Convert.ToHexStringLower(expected)}", parts[1]);
            Assert.InRange(long.Parse(time, null), DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 3600, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60);
        });
    }

    [SkippableFact]
    public async Task Credentials_in_a_URL_are_sent_as_basic_authentication()
    {
        await using var service = await Service.StartAsync();
        string url = service.Url("").Replace("http://", "http://user:p%40ss@", StringComparison.Ordinal);
        await using var router = await RouterGateway.StartAsync(redis, Services.Replace("http://127.0.0.1:1/user", url, StringComparison.Ordinal));
        await using var client = await router.ConnectAsync();
        await client.SubscribeAsync("user.t");

        Assert.Equal("Basic " + Convert.ToBase64String("user:p@ss"u8), service.Calls[0].Headers["Authorization"]);
    }

    [SkippableFact]
    public async Task A_slow_call_does_not_make_a_client_look_dead()
    {
        await using var router = await RouterGateway.StartAsync(
            redis, Services, """ "PingInterval": "00:00:00.5", "PongTimeout": "00:00:00.5" """);
        await using var client = await router.ConnectAsync();
        router.Service.On("/on_message", async (context, _) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(2.5));
            await Service.JsonAsync(context, """{"status":"ok","data":"done"}""");
        });
        await client.SubscribeAsync("message.t");

        await client.SendAsync("""{"event":"message","subscription":"message.t"}""");
        // While it waits, the client sends more than any buffer of the gateway's holds, and answers every ping.
        for (int i = 0; i < 100; i++)
            await client.SendAsync($$"""{"event":"ping","data":"{{i}}"}""");

        await client.ExpectAsync("""{"event":"message","subscription":"message.t","status":"ok","data":"done"}""");
        for (int i = 0; i < 100; i++)
            await client.ExpectAsync($$"""{"event":"pong","data":"{{i}}"}""");
    }

    [SkippableFact]
    public async Task A_silent_client_is_ended()
    {
        await using var router = await RouterGateway.StartAsync(
            redis, Services, """ "PingInterval": "00:00:00.5", "PongTimeout": "00:00:00.5" """);
        await using var client = await router.ConnectAsync();
        client.Wire.AnswerPings = false;

        var close = await client.Wire.ReadMessageAsync();
        Assert.Equal((WireOpcode.Close, 1000, ""), (close.Opcode, close.CloseCode, close.CloseReason));
        await router.LeavesNothingAsync(client);
    }

    [SkippableFact]
    public async Task A_service_that_resets_the_connection_is_unavailable()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var resetting = Task.Run(async () =>
        {
            using var socket = await listener.AcceptSocketAsync();
            socket.Close(timeout: 0);
        });
        await using var router = await RouterGateway.StartAsync(
            redis, Services.Replace("http://127.0.0.1:1/user", $"http://{listener.LocalEndpoint}", StringComparison.Ordinal), """ "Callbacks": { "Tries": 1 } """);
        await using var client = await router.ConnectAsync();

        await client.AskAsync("""{"event":"subscribe","subscription":"user.t"}""",
            """{"event":"subscribe","subscription":"user.t","status":"error","error":"Service unavailable."}""");
        await resetting;
    }
}

/// <inheritdoc/>
public sealed class CallbackTestsOnEmbeddedRedis() : CallbackTests(RedisKind.Embedded);

/// <inheritdoc/>
public sealed class CallbackTestsOnRedisServer() : CallbackTests(RedisKind.Server);
