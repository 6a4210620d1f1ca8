using Gateway.Testing;

namespace Gateway.Modules.Router.Tests;

/// <summary>Renewal, heartbeats and endings (specification, sections 4.5 to 4.7).</summary>
public abstract class LifetimeTests(RedisKind redis)
{
    const string Services = """
        {
          "renewed": { "Authorizer": "{url}/authorizer", "AuthorizationRenewalPeriod": "00:00:00.5" },
          "fields": {
            "Authorizer": "{url}/authorizer", "AuthorizerFields": ["capabilities"], "AuthorizationRenewalPeriod": "00:00:00.5", "AuthorizationRenewalJitter": "00:00:00.1",
            "OnSubscribe": "{url}/on_subscribe", "OnAuthorizationChange": "{url}/change", "BeforeUnsubscribe": "{url}/before_unsubscribe", "OnUnsubscribe": "{url}/on_unsubscribe"
          },
          "beating": { "RequireAuthentication": false, "OnHeartbeat": "{url}/heartbeat", "HeartbeatPeriod": "00:00:00.5" },
          "told": { "RequireAuthentication": false, "BeforeSubscribe": "{url}/before_subscribe", "OnSubscribe": "{url}/on_subscribe",
                    "BeforeUnsubscribe": "{url}/before_unsubscribe", "OnUnsubscribe": "{url}/on_unsubscribe" }
        }
        """;

    Task<RouterGateway> StartAsync(string callbacks = "") =>
        RouterGateway.StartAsync(redis, Services, $$""" "Callbacks": { "Tries": 2, "Wait": "00:00:00.001" {{callbacks}} } """);

    [SkippableTheory]
    [InlineData("application/json", """{"status":"error"}""", "\"Unauthorized.\"")]
    [InlineData("application/json", """{"status":"error","error":{"why":1}}""", "{\"why\":1}")]
    [InlineData("application/json", "{malformed", "\"Service unavailable.\"")]
    [InlineData("application/json", "{\"status\":\"\\ud800\"}", "\"Unauthorized.\"")]
    [InlineData("text/plain", "", "\"Service unavailable.\"")]
    public async Task A_renewal_that_is_not_granted_ends_the_subscription(string type, string answer, string error)
    {
        await using var router = await StartAsync();
        await using var client = await router.AuthenticateAsync("s");
        await client.SubscribeAsync("renewed.t");
        await router.Service.HasCallsAsync("/authorizer", 3);
        router.Service.Answer("/authorizer", 200, type, answer);

        await client.ExpectAsync($$"""{"event":"unsubscribe","subscription":"renewed.t","error":{{error}}}""");
        await router.IsLeftAtRedisAsync("renewed.t");
        await client.AskAsync("""{"event":"unsubscribe","subscription":"renewed.t"}""",
            """{"event":"unsubscribe","subscription":"renewed.t","status":"error","error":"Subscription does not exist."}""");
    }

    [SkippableFact]
    public async Task A_changed_authorization_is_told_and_may_end_the_subscription()
    {
        await using var router = await StartAsync();
        var service = router.Service;
        await using var client = await router.AuthenticateAsync("s");
        service.Answer("/authorizer", """{"status":"ok","capabilities":"foo"}""");
        await client.SubscribeAsync("fields.t");
        await service.HasCallsAsync("/authorizer", 2);
        Assert.Empty(service.Bodies("/change"));

        service.Answer("/authorizer", """{"status":"ok","capabilities":"bar"}""");
        await service.HasCallsAsync("/change", 1);
        await client.ExpectNothingAsync();
        Assert.Equal("""{"subscription":"fields.t","capabilities":"foo","session_id":"s"}""", service.Bodies("/on_subscribe")[0]);
        Assert.Equal("""{"subscription":"fields.t","capabilities":"bar","session_id":"s"}""", service.Bodies("/change")[0]);
        Assert.Equal("""{"subscription":"fields.t","capabilities":"foo","session_id":"s"}""", service.Bodies("/authorizer")[1]);

        service.Answer("/before_unsubscribe", """{"status":"error","data":7}""");
        service.Answer("/change", """{"status":"error","error":"changed"}""");
        service.Answer("/authorizer", """{"status":"ok"}""");
        await client.ExpectAsync("""{"event":"unsubscribe","subscription":"fields.t","data":7,"error":"changed"}""");
        await service.HasCallsAsync("/on_unsubscribe", 1);
        Assert.Equal((1, 1), (service.Bodies("/before_unsubscribe").Count, service.Bodies("/on_unsubscribe").Count));
        await router.LeavesNothingAsync(client);
        Assert.Single(service.Bodies("/on_unsubscribe"));
    }

    [SkippableFact]
    public async Task A_heartbeat_comes_again_and_again_until_the_subscription_ends()
    {
        await using var router = await StartAsync();
        await using var client = await router.ConnectAsync();
        router.Service.Answer("/heartbeat", 200, "application/json", "{malformed");
        await client.SubscribeAsync("beating.t");

        await router.Service.HasCallsAsync("/heartbeat", 3);
        Assert.All(router.Service.Bodies("/heartbeat"), body => Assert.Equal("""{"subscription":"beating.t"}""", body));
        await router.LeavesNothingAsync(client);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_leaves_is_taken_off_every_subscription(bool politely)
    {
        await using var router = await StartAsync();
        await using var client = await router.ConnectAsync();
        router.Service.Answer("/before_unsubscribe", 200, "application/json", "{malformed");
        for (int i = 0; i < 20; i++)
            await client.SubscribeAsync($"told.{i}");

        if (politely)
            await client.Wire.SendCloseAsync();
        else
            client.Wire.Reset();

        await router.IsDesertedAsync();
        var expected = Enumerable.Range(0, 20).Select(i => $$"""{"subscription":"told.{{i}}"}""").Order();
        Assert.Equal(expected, router.Service.Bodies("/before_unsubscribe").Order());
        Assert.Equal(expected, router.Service.Bodies("/on_unsubscribe").Order());
        await router.IsLeftAtRedisAsync("told.0");
    }

    [SkippableFact]
    public async Task Whoever_leaves_while_subscribing_has_subscribed_first()
    {
        await using var router = await StartAsync();
        await using var client = await router.ConnectAsync();
        router.Service.On("/before_subscribe", async (context, _) =>
        {
            await client.Wire.SendCloseAsync();
            await Service.JsonAsync(context, """{"status":"ok"}""");
        });

        await client.SendAsync("""{"event":"subscribe","subscription":"told.t"}""");
        await router.Service.HasCallsAsync("/on_unsubscribe", 1);
        await router.IsDesertedAsync();

        Assert.Equal(["/before_subscribe", "/on_subscribe", "/before_unsubscribe", "/on_unsubscribe"], router.Service.Calls.Select(call => call.Path));
    }

    [SkippableFact]
    public async Task The_calls_at_the_end_are_given_up_in_time()
    {
        await using var router = await StartAsync(""" , "EndingLimit": "00:00:00.5" """);
        await using var client = await router.ConnectAsync();
        router.Service.On("/before_unsubscribe", (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        // More than are called at once: those whose turn never comes leave nothing behind either.
        for (int i = 0; i < 30; i++)
            await client.SubscribeAsync($"told.{i}");

        await router.LeavesNothingAsync(client);
        for (int i = 0; i < 30; i++)
            await router.IsLeftAtRedisAsync($"told.{i}");
    }

    [SkippableFact]
    public async Task An_event_that_waits_does_not_hold_up_the_end_for_ever()
    {
        await using var router = await StartAsync(""" , "Timeout": "00:00:00", "EndingLimit": "00:00:00.5" """);
        await using var client = await router.ConnectAsync();
        router.Service.On("/before_subscribe", (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await client.SendAsync("""{"event":"subscribe","subscription":"told.t"}""");
        await router.Service.HasCallsAsync("/before_subscribe", 1);

        await router.LeavesNothingAsync(client);
        await router.IsLeftAtRedisAsync("told.t");
    }

    [SkippableFact]
    public async Task A_stop_says_goodbye_and_waits_for_the_calls()
    {
        var router = await StartAsync();
        var service = router.Service;
        await using var client = await router.ConnectAsync();
        service.On("/before_unsubscribe", async (context, _) =>
        {
            await Task.Delay(300);
            await Service.JsonAsync(context, """{"status":"ok"}""");
        });
        await client.SubscribeAsync("told.t");

        var stopping = router.DisposeAsync().AsTask();
        var close = await client.Wire.ReadMessageAsync();
        Assert.Equal((WireOpcode.Close, 1000, ""), (close.Opcode, close.CloseCode, close.CloseReason));
        await client.Wire.SendCloseAsync(close.CloseCode);
        await stopping;

        Assert.Equal((1, 1), (service.Bodies("/before_unsubscribe").Count, service.Bodies("/on_unsubscribe").Count));
    }
}

/// <inheritdoc/>
public sealed class LifetimeTestsOnEmbeddedRedis() : LifetimeTests(RedisKind.Embedded);

/// <inheritdoc/>
public sealed class LifetimeTestsOnRedisServer() : LifetimeTests(RedisKind.Server);
