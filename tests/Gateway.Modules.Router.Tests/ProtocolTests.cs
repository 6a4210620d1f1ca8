using System.Text;
using Gateway.Testing;

namespace Gateway.Modules.Router.Tests;

/// <summary>Events and replies (specification, section 2), case by case.</summary>
public abstract class ProtocolTests(RedisKind redis) : IAsyncLifetime
{
    const string Services = """
        {
          "empty": {},
          "simple": { "RequireAuthentication": false, "ExtraFields": ["extra"] },
          "before": { "RequireAuthentication": false, "ExtraFields": ["extra"], "BeforeSubscribe": "{url}/before_subscribe" },
          "complex": {
            "RequireAuthentication": false, "ExtraFields": ["extra"],
            "BeforeSubscribe": "{url}/before_subscribe", "OnSubscribe": "{url}/on_subscribe", "OnMessage": "{url}/on_message",
            "BeforeUnsubscribe": "{url}/before_unsubscribe", "OnUnsubscribe": "{url}/on_unsubscribe"
          },
          "authorizer": { "Authorizer": "{url}/authorizer", "AuthorizerFields": ["capabilities"], "ExtraFields": ["extra"], "OnSubscribe": "{url}/on_subscribe" }
        }
        """;

    const string Malformed = """{"status":"error","error":"Messages must be JSON and contain an event field."}""";

    RouterGateway _router = null!;

    public async Task InitializeAsync() =>
        _router = await RouterGateway.StartAsync(redis, Services, """ "MaxSubscriptions": 3, "Callbacks": { "Tries": 1 } """);

    public async Task DisposeAsync() => await _router.DisposeAsync();

    public static TheoryData<string> NoEvents => new(
        "null", "\"hello\"", "{}", """{"event":null}""", """{"event":1}""", """{"event":["auth"]}""", "", "{", "[]", "NaN", """{"event":"ping","data":NaN}""",
        $$"""{"event":"{{new string('e', 41)}}"}""", new string('[', 100_000), "{\"event\":" + new string('[', 100_000) + "}", """{"event":"ping","\ud800":1}""", """{"event":"ping","data":[{"\uDC00x":1}]}""", "\uFEFF{\"event\":\"ping\"}");

    [SkippableTheory]
    [MemberData(nameof(NoEvents))]
    public async Task What_is_no_event_is_answered_so_and_the_session_goes_on(string text)
    {
        await using var client = await _router.ConnectAsync();

        await client.AskAsync(text, Malformed);
        await client.ExpectNothingAsync();
    }

    [SkippableFact]
    public async Task Nothing_that_a_client_sends_stays_when_it_has_left()
    {
        await using var client = await _router.ConnectAsync();
        await client.SubscribeAsync("simple.t");
        foreach (string text in NoEvents)
            await client.AskAsync(text, Malformed);
        foreach (string name in new[] { "123", "true", "[\"a\"]", "{\"a\":1}" })
            await client.AskAsync($$"""{"event":"subscribe","subscription":{{name}}}""",
                $$"""{"event":"subscribe","subscription":{{name}},"status":"error","error":"Invalid subscription format."}""");

        await client.SendAsync("""{"event":"subscribe","subscription":"simple.\ud800"}""");
        Assert.Contains("Invalid subscription format.", (await client.Wire.ReadMessageAsync()).Text, StringComparison.Ordinal);

        await _router.LeavesNothingAsync(client);
        await _router.IsLeftAtRedisAsync("simple.t");
        await Eventually.BecomesTrueAsync(
            async () => (await _router.Gateway.MetricsAsync()).Sum("gateway_connections") == 0, "the connection to be counted no more");
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee")]
    [InlineData("😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀")]
    public async Task An_unknown_event_is_named_in_the_answer(string name)
    {
        await using var client = await _router.ConnectAsync("/any/path?and=query");

        await client.AskAsync($$"""{"event":"{{name}}"}""", $$"""{"event":"{{name}}","status":"error","error":"Event not found."}""");
    }

    [SkippableFact]
    public async Task A_ping_returns_at_most_128_characters_of_text()
    {
        string emoji = string.Concat(Enumerable.Repeat("😀", 130));
        await using var client = await _router.ConnectAsync();

        await client.AskAsync("""{"event":"ping"}""", """{"event":"pong","data":null}""");
        await client.AskAsync("""{"event":"ping","data":123}""", """{"event":"pong","data":null}""");
        await client.AskAsync("""{"event":"ping","data":"hello"}""", """{"event":"pong","data":"hello"}""");
        await client.AskAsync($$"""{"event":"ping","data":"{{emoji}}"}""", $$"""{"event":"pong","data":"{{emoji[..256]}}"}""");
        await client.AskAsync("""{"event":"ping","data":"\ud800"}""", """{"event":"pong","data":null}""");
    }

    [SkippableTheory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    [InlineData("utf-32BE")]
    public async Task A_binary_frame_may_hold_JSON_in_any_encoding_of_Unicode(string encoding)
    {
        await using var client = await _router.ConnectAsync();
        var coding = Encoding.GetEncoding(encoding);
        byte[] json = coding.GetBytes("""{"event":"ping","data":"é"}""");

        await client.Wire.SendBinaryAsync(json);
        await client.ExpectAsync("""{"event":"pong","data":"é"}""");
        await client.Wire.SendBinaryAsync((byte[])[.. coding.Preamble, .. json]);
        await client.ExpectAsync("""{"event":"pong","data":"é"}""");
        await client.Wire.SendBinaryAsync(new byte[] { 0xff, 0xff, 0xff });
        await client.ExpectAsync(Malformed);
    }

    [SkippableTheory]
    [InlineData("""{"event":"auth","method":"x"}""", "Authentication method unsupported.")]
    [InlineData("""{"event":"auth","method":null,"ticket":"t"}""", "Authentication method unsupported.")]
    [InlineData("""{"event":"auth","method":5,"ticket":"t"}""", "Authentication method unsupported.")]
    [InlineData("""{"event":"auth","method":[],"ticket":"t"}""", "Authentication method unsupported.")]
    [InlineData("""{"event":"auth"}""", "Must specify ticket.")]
    [InlineData("""{"event":"auth","method":"ticket"}""", "Must specify ticket.")]
    [InlineData("""{"event":"auth","ticket":""}""", "Must specify ticket.")]
    [InlineData("""{"event":"auth","ticket":0}""", "Must specify ticket.")]
    [InlineData("""{"event":"auth","ticket":0.0e7}""", "Must specify ticket.")]
    [InlineData("""{"event":"auth","ticket":{}}""", "Must specify ticket.")]
    public async Task An_auth_event_needs_a_known_method_and_a_ticket(string request, string error)
    {
        await using var client = await _router.ConnectAsync();

        await client.AskAsync(request, $$"""{"event":"auth","status":"error","error":"{{error}}"}""");
    }

    [SkippableFact]
    public async Task A_ticket_is_exchanged_as_it_came()
    {
        await using var client = await _router.ConnectAsync();

        _router.Service.Answer("/auth", """{"status":"error","session_id":"s","foo":1}""");
        await client.AskAsync("""{"event":"auth","ticket":{"a":[1.0]}}""", """{"event":"auth","status":"error","error":"Authentication failed."}""");
        await client.AskAsync("""{"event":"subscribe","subscription":"empty.topic"}""",
            """{"event":"subscribe","subscription":"empty.topic","status":"error","error":"Authentication required."}""");
        _router.Service.Answer("/auth", 500, "application/json", "{}");
        await client.AskAsync("""{"event":"auth","ticket":"t"}""", """{"event":"auth","status":"error","error":"Service unavailable."}""");
        _router.Service.Answer("/auth", """{"status":"ok","session_id":"s","foo":1}""");
        await client.AskAsync("""{"event":"auth","ticket":"t"}""", """{"event":"auth","status":"ok"}""");
        await client.SubscribeAsync("empty.topic");

        Assert.Equal(["""{"ticket":{"a":[1.0]}}""", """{"ticket":"t"}""", """{"ticket":"t"}"""], _router.Service.Bodies("/auth"));
    }

    [SkippableTheory]
    [InlineData("{malformed", "\"Unhandled exception.\"")]
    [InlineData("[]", "\"Unhandled exception.\"")]
    [InlineData("""{"status":"ok"}""", "\"Unhandled exception.\"")]
    [InlineData("""{"status":"error","error":null}""", "null")]
    [InlineData("""{"status":"error","error":{"code":1.0}}""", """{"code":1.0}""")]
    public async Task What_the_ticket_is_answered_with_decides_and_the_session_stays(string answer, string error)
    {
        await using var client = await _router.ConnectAsync();
        _router.Service.Answer("/auth", 200, "application/json", answer);
        await client.AskAsync("""{"event":"auth","ticket":"t"}""", $$"""{"event":"auth","status":"error","error":{{error}}}""");

        _router.Service.Answer("/auth", 201, "application/vnd.api+json", """{"status":"ok","session_id":"s"}""");
        await client.AskAsync("""{"event":"auth","ticket":"t"}""", """{"event":"auth","status":"ok"}""");
    }

    [SkippableTheory]
    [InlineData("", "", "Invalid subscription format.")]
    [InlineData("null", "", "Invalid subscription format.")]
    [InlineData("\"\"", "", "Invalid subscription format.")]
    [InlineData("0", "", "Invalid subscription format.")]
    [InlineData("false", "", "Invalid subscription format.")]
    [InlineData("[]", "", "Invalid subscription format.")]
    [InlineData("{}", "", "Invalid subscription format.")]
    [InlineData("\"x\"", "\"x\"", "Invalid subscription format.")]
    [InlineData("\".t\"", "\".t\"", "Invalid subscription format.")]
    [InlineData("\"svc.\"", "\"svc.\"", "Invalid subscription format.")]
    [InlineData("123", "123", "Invalid subscription format.")]
    [InlineData("true", "true", "Invalid subscription format.")]
    [InlineData("[\"a\"]", "[\"a\"]", "Invalid subscription format.")]
    [InlineData("{\"a\":1}", "{\"a\":1}", "Invalid subscription format.")]
    [InlineData("\"invalid.topic\"", "\"invalid.topic\"", "Invalid service.")]
    [InlineData("\"Simple.topic\"", "\"Simple.topic\"", "Invalid service.")]
    public async Task A_subscription_needs_a_service_and_a_topic(string given, string echoed, string error)
    {
        await using var client = await _router.ConnectAsync();
        string request = given == "" ? "" : $$""","subscription":{{given}}""";
        string echo = echoed == "" ? "" : $$""","subscription":{{echoed}}""";

        foreach (string name in new[] { "subscribe", "message", "unsubscribe" })
            await client.AskAsync($$"""{"event":"{{name}}"{{request}}}""", $$"""{"event":"{{name}}","status":"error","error":"{{error}}"{{echo}}}""");
    }

    [SkippableFact]
    public async Task A_topic_begins_after_the_first_dot()
    {
        await using var client = await _router.ConnectAsync();
        await client.SubscribeAsync("simple.a.b");

        Assert.Equal(1, await _router.PushAsync("simple.a.b", "1"));
        await client.ExpectPushesAsync("simple.a.b", "1");
    }

    [SkippableFact]
    public async Task A_second_subscription_of_a_name_is_refused_with_the_extra_fields_of_the_first()
    {
        await using var client = await _router.ConnectAsync();

        await client.AskAsync("""{"event":"subscribe","subscription":"simple.t","extra":"A","other":1}""",
            """{"event":"subscribe","subscription":"simple.t","status":"ok","extra":"A"}""");
        await client.AskAsync("""{"event":"subscribe","subscription":"simple.t","extra":"B"}""",
            """{"event":"subscribe","subscription":"simple.t","status":"error","error":"Already subscribed.","extra":"A"}""");
        await client.AskAsync("""{"event":"message","subscription":"simple.u","extra":"B"}""",
            """{"event":"message","subscription":"simple.u","status":"error","error":"Subscription does not exist.","extra":"B"}""");
        await client.AskAsync("""{"event":"unsubscribe","subscription":"simple.u"}""",
            """{"event":"unsubscribe","subscription":"simple.u","status":"error","error":"Subscription does not exist."}""");
        await client.AskAsync("""{"event":"unsubscribe","subscription":"simple.t","extra":"B"}""",
            """{"event":"unsubscribe","subscription":"simple.t","status":"ok","extra":"A"}""");
        await _router.IsLeftAtRedisAsync("simple.t");
    }

    [SkippableFact]
    public async Task A_client_has_as_many_subscriptions_as_it_may()
    {
        await using var client = await _router.ConnectAsync();
        foreach (string topic in new[] { "a", "b", "c" })
            await client.SubscribeAsync($"simple.{topic}");

        await client.AskAsync("""{"event":"subscribe","subscription":"simple.d"}""",
            """{"event":"subscribe","subscription":"simple.d","status":"error","error":"Too many subscriptions."}""");
    }

    [SkippableFact]
    public async Task The_service_decides_about_subscriptions_and_messages()
    {
        await using var client = await _router.ConnectAsync();
        var service = _router.Service;
        const string Subscribe = """{"event":"subscribe","subscription":"complex.t","extra":"x"}""";

        service.Answer("/before_subscribe", """{"status":"error"}""");
        await client.AskAsync(Subscribe, """{"event":"subscribe","subscription":"complex.t","status":"error","error":"Unhandled exception.","extra":"x"}""");
        service.Answer("/before_subscribe", """{"status":"error","error":null,"data":{}}""");
        await client.AskAsync(Subscribe, """{"event":"subscribe","subscription":"complex.t","status":"error","error":null,"extra":"x"}""");
        service.Answer("/before_subscribe", """{"status":"error","error":{"code":1},"data":[1]}""");
        await client.AskAsync(Subscribe, """{"event":"subscribe","subscription":"complex.t","status":"error","error":{"code":1},"data":[1],"extra":"x"}""");
        service.Answer("/before_subscribe", """{"status":"ok","data":0}""");
        await client.AskAsync(Subscribe, """{"event":"subscribe","subscription":"complex.t","status":"ok","data":0,"extra":"x"}""");
        await service.HasCallsAsync("/on_subscribe", 1);

        service.Answer("/on_message", """{"status":"ok"}""");
        await client.SendAsync("""{"event":"message","subscription":"complex.t","extra":"other","data":{"n":12345678901234567890123}}""");
        await client.ExpectNothingAsync();
        service.Answer("/on_message", """{"status":"ok","data":null}""");
        await client.AskAsync("""{"event":"message","subscription":"complex.t"}""", """{"event":"message","subscription":"complex.t","status":"ok","extra":"x"}""");
        service.Answer("/on_message", """{"status":"ok","data":"d"}""");
        await client.AskAsync("""{"event":"message","subscription":"complex.t"}""", """{"event":"message","subscription":"complex.t","status":"ok","extra":"x","data":"d"}""");
        service.Answer("/on_message", """{"status":"error","data":"d"}""");
        await client.AskAsync("""{"event":"message","subscription":"complex.t"}""",
            """{"event":"message","subscription":"complex.t","status":"error","error":"Unhandled exception.","extra":"x","data":"d"}""");
        Assert.Equal("""{"subscription":"complex.t","extra":"x","data":{"n":12345678901234567890123}}""", service.Bodies("/on_message")[0]);
        Assert.Equal("""{"subscription":"complex.t","extra":"x","data":null}""", service.Bodies("/on_message")[1]);

        const string Unsubscribe = """{"event":"unsubscribe","subscription":"complex.t"}""";
        service.Answer("/before_unsubscribe", """{"status":"error","error":"stay"}""");
        await client.AskAsync(Unsubscribe, """{"event":"unsubscribe","subscription":"complex.t","status":"error","error":"stay","extra":"x"}""");
        service.Answer("/before_unsubscribe", """{"status":"ok","data":{"b":1}}""");
        await client.AskAsync(Unsubscribe, """{"event":"unsubscribe","subscription":"complex.t","status":"ok","extra":"x","data":{"b":1}}""");
        await service.HasCallsAsync("/on_unsubscribe", 1);
        Assert.Equal(["""{"subscription":"complex.t","extra":"x"}"""], service.Bodies("/on_unsubscribe"));
    }

    [SkippableFact]
    public async Task The_authorizer_decides_and_what_it_says_is_sent_on()
    {
        await using var client = await _router.AuthenticateAsync("s");
        var service = _router.Service;
        const string Subscribe = """{"event":"subscribe","subscription":"authorizer.t","extra":"foo","other":"x"}""";

        service.Answer("/authorizer", """{"status":"error"}""");
        await client.AskAsync(Subscribe, """{"event":"subscribe","subscription":"authorizer.t","status":"error","error":"Unauthorized.","extra":"foo"}""");
        service.Answer("/authorizer", """{"status":"error","error":"no","data":1}""");
        await client.AskAsync(Subscribe, """{"event":"subscribe","subscription":"authorizer.t","status":"error","error":"no","data":1,"extra":"foo"}""");
        service.Answer("/authorizer", """{"status":"ok","capabilities":["a"],"plan":1}""");
        await client.AskAsync(Subscribe, """{"event":"subscribe","subscription":"authorizer.t","status":"ok","extra":"foo"}""");
        await service.HasCallsAsync("/on_subscribe", 1);

        Assert.Equal("""{"subscription":"authorizer.t","extra":"foo","session_id":"s"}""", service.Bodies("/authorizer")[0]);
        Assert.Equal(["""{"subscription":"authorizer.t","extra":"foo","capabilities":["a"],"session_id":"s"}"""], service.Bodies("/on_subscribe"));
    }

    [SkippableFact]
    public async Task Events_are_done_one_after_the_other_and_one_client_does_not_delay_another()
    {
        await using var slow = await _router.ConnectAsync();
        await using var other = await _router.ConnectAsync();
        var answer = new TaskCompletionSource();
        _router.Service.On("/before_subscribe", async (context, _) =>
        {
            await answer.Task;
            await Service.JsonAsync(context, """{"status":"ok"}""");
        });

        await slow.SendAsync("""{"event":"subscribe","subscription":"before.t"}""");
        await slow.SendAsync("""{"event":"ping","data":"after"}""");
        await _router.Service.HasCallsAsync("/before_subscribe", 1);
        await other.ExpectNothingAsync();
        answer.SetResult();

        await slow.ExpectAsync("""{"event":"subscribe","subscription":"before.t","status":"ok"}""");
        await slow.ExpectAsync("""{"event":"pong","data":"after"}""");
    }

    [SkippableFact]
    public async Task A_long_number_is_kept_to_the_last_digit()
    {
        string digits = new('7', 5000);
        await using var client = await _router.ConnectAsync();

        await client.AskAsync($$"""{"event":"subscribe","subscription":"simple.t","extra":{{digits}}}""",
            $$"""{"event":"subscribe","subscription":"simple.t","status":"ok","extra":{{digits}}}""");
    }

    [SkippableFact]
    public async Task A_message_beyond_the_limit_ends_the_session_with_1009()
    {
        await using var client = await _router.ConnectAsync();

        await client.SendAsync($$"""{"event":"ping","data":"{{new string('x', 1024 * 1024 - 26)}}"}""");
        await client.ReadAsync();
        await client.Wire.SendFrameAsync(WireOpcode.Text, new byte[1024 * 1024 + 1]);

        Assert.Equal(1009, (await client.Wire.ReadMessageAsync()).CloseCode);
    }

    [SkippableFact]
    public async Task Whoever_does_not_ask_for_a_WebSocket_is_told_to()
    {
        await using var wire = await WireClient.ConnectAsync(_router.Gateway.Address("Router", 1));
        var reply = await wire.RequestAsync("GET", "/");

        Assert.Equal(426, reply.Status);
        Assert.Equal("websocket", reply.Header("Upgrade"));
    }

    [SkippableFact]
    public async Task Half_a_handshake_is_dropped()
    {
        await using var wire = await WireClient.ConnectAsync(_router.Gateway.Address("Router", 1));

        await wire.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n");

        Assert.DoesNotContain("101", Encoding.ASCII.GetString((await wire.ReadToEndAsync()).Bytes), StringComparison.Ordinal);
    }
}

/// <inheritdoc/>
public sealed class ProtocolTestsOnEmbeddedRedis() : ProtocolTests(RedisKind.Embedded);

/// <inheritdoc/>
public sealed class ProtocolTestsOnRedisServer() : ProtocolTests(RedisKind.Server);
