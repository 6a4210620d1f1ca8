using System.Text.Json.Nodes;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Modules.Router.Tests;

/// <summary>What comes from Redis, and to whom it goes (specification, section 5), on every kind of Redis.</summary>
public sealed class PushTests
{
    const string Services = """
        {
          "plain": { "RequireAuthentication": false },
          "simple": { "RequireAuthentication": false, "FilterFields": ["session_id", "extra"], "ExtraFields": ["extra"] },
          "auth": { "FilterFields": ["session_id"] },
          "before": { "RequireAuthentication": false, "BeforeSubscribe": "{url}/before_subscribe" }
        }
        """;

    static Task<RouterGateway> StartAsync(RedisKind redis, string options = "") => RouterGateway.StartAsync(redis, Services, options);

    [SkippableTheory, EveryRedis]
    public async Task A_message_reaches_who_it_is_for(RedisKind redis)
    {
        await using var router = await StartAsync(redis);
        await using var client = await router.ConnectAsync();
        await client.SubscribeAsync("simple.t");

        Assert.Equal(1, await router.PushAsync("simple.t", "1"));
        await router.PublishAsync("simple.t", """{"subscription":"simple.other","data":2}""");
        await router.PublishAsync("simple.t", "{");
        await router.PublishAsync("simple.t", "null");
        await router.PublishAsync("simple.t", "5");
        await router.PublishAsync("simple.t", """{"subscription":5,"data":1}""");
        await router.PublishAsync("simple.t", """{"invalid":"event"}""");
        await router.PublishAsync("simple.t", """{"subscription":"simple.t"}""");
        await router.PublishAsync("simple.t", [0xff, 0xfe]);
        await router.PublishAsync("simple.t", new string('[', 100_000));
        await router.PublishAsync("simple.t", """{"subscription":"simple.t","data":0,"extra":{"\ud800":1}}""");
        await router.PublishAsync("simple.t", """{"subscription":"simple.\ud800","data":0}""");
        foreach (string options in new[] { "null", "7", """{"order":1,"order_key":[]}""", """{"throttle":1,"throttle_key":{}}""" })
            await router.PushAsync("simple.t", "3", $"\"options\":{options}");
        await router.PushAsync("simple.t", "4", """ "session_id":null """);
        await router.PushAsync("simple.t", "5", """ "session_id":"sess_123" """);
        await router.PushAsync("simple.t", "{\"ü\":[1.0]}", """ "options":"text" """);

        await client.ExpectPushesAsync("simple.t", "1", "4", JsonNode.Parse("{\"ü\":[1.0]}")!.ToJsonString());
        await client.AskAsync("""{"event":"unsubscribe","subscription":"simple.t"}""", """{"event":"unsubscribe","subscription":"simple.t","status":"ok"}""");
        await router.IsLeftAtRedisAsync("simple.t");
        await router.LeavesNothingAsync(client);
    }

    [SkippableTheory, EveryRedis]
    public async Task Topics_keep_the_order_in_which_one_publisher_published_to_them(RedisKind redis)
    {
        const int Count = 2000;
        await using var router = await StartAsync(redis);
        await using var client = await router.ConnectAsync();
        await client.SubscribeAsync("plain.a");
        await client.SubscribeAsync("plain.b");

        var publishing = Enumerable.Range(0, Count).Select(i => router.PushAsync(i % 2 == 0 ? "plain.a" : "plain.b", $"{i}")).ToList();
        for (int i = 0; i < Count; i++)
            Assert.Equal($"{i}", (await client.ReadPushAsync(i % 2 == 0 ? "plain.a" : "plain.b"))["data"]!.ToJsonString());
        Assert.All(await Task.WhenAll(publishing), receivers => Assert.Equal(1, receivers));
    }

    [SkippableTheory, EveryRedis]
    public async Task A_push_says_when_it_was_published_received_and_sent(RedisKind redis)
    {
        await using var router = await StartAsync(redis);
        await using var client = await router.ConnectAsync();
        await client.SubscribeAsync("plain.t");

        await router.PushAsync("plain.t", "1", """ "published_at":"2026-04-21T12:00:00Z" """);
        await router.PushAsync("plain.t", "2", """ "published_at":"not-a-date" """);
        await router.PushAsync("plain.t", "3", """ "published_at":5 """);

        var push = await client.ReadPushAsync("plain.t");
        Assert.Equal("2026-04-21T12:00:00+00:00", (string?)push["published_at"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$", (string?)push["sent_at"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$", (string?)push["received_at"]);
        Assert.InRange((int)push["queue_size"]!, 0, 3);
        Assert.Equal(["data", "event", "published_at", "queue_size", "received_at", "sent_at", "subscription"], push.Select(member => member.Key).Order());
        foreach (string _ in new[] { "2", "3" })
            Assert.False((await client.ReadPushAsync("plain.t")).ContainsKey("published_at"));
    }

    [SkippableTheory, EveryRedis]
    public async Task Names_are_literal_and_have_their_prefix(RedisKind redis)
    {
        await using var router = await StartAsync(redis, """ "ChannelPrefix": "app:" """);
        await using var client = await router.ConnectAsync();
        await client.SubscribeAsync("plain.*");

        Assert.Equal(0, await router.PublishAsync("app:plain.x", """{"subscription":"plain.*","data":1}"""));
        Assert.Equal(0, await router.PublishAsync("plain.*", """{"subscription":"plain.*","data":1}"""));
        Assert.Equal(1, await router.PublishAsync("app:plain.*", """{"subscription":"plain.*","data":2}"""));
        await client.ExpectPushesAsync("plain.*", "2");
    }

    [SkippableTheory, EveryRedis]
    public async Task Filters_compare_with_who_the_client_is_at_that_moment(RedisKind redis)
    {
        await using var router = await StartAsync(redis);
        await using var client = await router.AuthenticateAsync("u1");
        await client.SubscribeAsync("auth.t");

        await router.PushAsync("auth.t", "1", """ "session_id":"u2" """);
        await router.PushAsync("auth.t", "2", """ "session_id":"u1" """);
        await router.PushAsync("auth.t", "3");
        await router.PushAsync("auth.t", "4", """ "session_id":null """);
        await client.ExpectPushesAsync("auth.t", "2", "3");

        await client.AskAsync("""{"event":"auth","ticket":"u2"}""", """{"event":"auth","status":"ok"}""");
        await router.PushAsync("auth.t", "5", """ "session_id":"u1" """);
        await router.PushAsync("auth.t", "6", """ "session_id":"u2" """);
        await client.ExpectPushesAsync("auth.t", "6");
    }

    [SkippableTheory, EveryRedis]
    public async Task Extra_fields_filter_and_are_echoed(RedisKind redis)
    {
        await using var router = await StartAsync(redis);
        await using var client = await router.ConnectAsync();
        await client.AskAsync("""{"event":"subscribe","subscription":"simple.t","extra":1}""", """{"event":"subscribe","subscription":"simple.t","status":"ok","extra":1}""");

        await router.PushAsync("simple.t", "1", """ "extra":"foo" """);
        await router.PushAsync("simple.t", "2", """ "extra":"1" """);
        await router.PushAsync("simple.t", "3", """ "extra":true """);
        await router.PushAsync("simple.t", "4", """ "extra":1.0 """);

        Assert.Equal("3", (await client.ReadPushAsync("simple.t"))["data"]!.ToJsonString());
        var push = await client.ReadPushAsync("simple.t");
        Assert.Equal(("4", "1"), (push["data"]!.ToJsonString(), push["extra"]!.ToJsonString()));
    }

    [SkippableTheory, EveryRedis]
    public async Task A_message_may_name_another_subscription_of_the_session(RedisKind redis)
    {
        await using var router = await StartAsync(redis);
        await using var client = await router.ConnectAsync();
        await client.SubscribeAsync("plain.a");
        await client.SubscribeAsync("plain.b");

        await router.PublishAsync("plain.a", """{"subscription":"plain.b","data":1}""");

        await client.ExpectPushesAsync("plain.b", "1");
    }

    [SkippableTheory, EveryRedis]
    public async Task What_is_older_than_what_was_sent_is_dropped(RedisKind redis)
    {
        await using var router = await StartAsync(redis);
        await using var client = await router.ConnectAsync();
        router.Service.Answer("/before_subscribe", """{"status":"ok","options":{"order":2}}""");
        await client.SubscribeAsync("before.t");

        foreach (string order in new[] { "1", "2", "3", "5", "4", "5", "\"6\"", "\"1e3\"", "999", "\"invalid\"" })
            await router.PushAsync("before.t", order, $"\"options\":{{\"order\":{order}}}");
        foreach (string order in new[] { "1.1", "1.3", "1.2" })
            await router.PushAsync("before.t", order, $$""" "options":{"order":{{order}},"order_key":"other"} """);
        foreach (string key in new[] { "1", "1.0", "true", "\"1\"" })
            await router.PushAsync("before.t", key, $$""" "options":{"order":1,"order_key":{{key}}} """);
        await router.PushAsync("before.t", "\"end\"");

        await client.ExpectPushesAsync("before.t", "3", "5", "\"6\"", "\"1e3\"", "\"invalid\"", "1.1", "1.3", "1", "\"1\"", "\"end\"");
    }

    [SkippableTheory, EveryRedis]
    public async Task What_comes_before_the_confirmation_follows_it(RedisKind redis)
    {
        await using var router = await StartAsync(redis);
        await using var client = await router.ConnectAsync();
        await using var witness = await router.ConnectAsync();
        router.Service.On("/before_subscribe", async (context, _) =>
        {
            // After this one, so that what the witness has, this one has been given already.
            router.Service.Answer("/before_subscribe", """{"status":"ok"}""");
            await witness.SubscribeAsync("before.t");
            await router.PushAsync("before.t", "5", """ "options":{"order":5},"published_at":"2026-04-21T12:00:00" """);
            await router.PushAsync("before.t", "7", """ "options":{"order":7},"published_at":"2026-04-21T12:00:00" """);
            await witness.ExpectPushesAsync("before.t", "5", "7");
            await Service.JsonAsync(context, """{"status":"ok","data":"d","options":{"order":6}}""");
        });

        await client.AskAsync("""{"event":"subscribe","subscription":"before.t"}""", """{"event":"subscribe","subscription":"before.t","status":"ok","data":"d"}""");

        var push = await client.ReadPushAsync("before.t");
        Assert.Equal("7", push["data"]!.ToJsonString());
        Assert.Equal("2026-04-21T12:00:00", (string?)push["published_at"]);
        Assert.Equal((false, false), (push.ContainsKey("received_at"), push.ContainsKey("queue_size")));
    }

    [SkippableTheory, EveryRedis]
    public async Task A_refused_subscription_leaves_nothing_behind(RedisKind redis)
    {
        await using var router = await StartAsync(redis);
        await using var client = await router.ConnectAsync();
        router.Service.On("/before_subscribe", async (context, _) =>
        {
            await router.PushAsync("before.t", "\"stale\"");
            await Service.JsonAsync(context, """{"status":"error","error":"no"}""");
        });

        await client.AskAsync("""{"event":"subscribe","subscription":"before.t"}""", """{"event":"subscribe","subscription":"before.t","status":"error","error":"no"}""");
        await router.IsLeftAtRedisAsync("before.t");
        router.Service.Answer("/before_subscribe", """{"status":"ok"}""");
        await client.SubscribeAsync("before.t");
        await client.ExpectNothingAsync();
    }

    [SkippableTheory, EveryRedis]
    public async Task Held_messages_are_bounded_and_the_client_learns_of_the_gap(RedisKind redis)
    {
        await using var router = await StartAsync(redis, """ "NotifyGaps": true """);
        await using var client = await router.ConnectAsync();
        await using var witness = await router.ConnectAsync();
        router.Service.On("/before_subscribe", async (context, _) =>
        {
            // After this one, so that what the witness has, this one has been given already.
            router.Service.Answer("/before_subscribe", """{"status":"ok"}""");
            await witness.SubscribeAsync("before.t");
            for (int i = 0; i < 1500; i++)
                await router.PushAsync("before.t", $"{i}");
            await witness.ExpectPushesAsync("before.t", Enumerable.Range(0, 1500).Select(i => $"{i}"));
            await Service.JsonAsync(context, """{"status":"ok"}""");
        });

        await client.SubscribeAsync("before.t");

        await client.ExpectPushesAsync("before.t", Enumerable.Range(500, 1000).Select(i => $"{i}"));
        await client.ExpectAsync("""{"event":"gap","subscription":"before.t"}""");
    }

    [SkippableTheory, EveryRedis]
    public async Task Messages_come_in_order_to_every_client(RedisKind redis)
    {
        await using var router = await StartAsync(redis);
        var clients = new List<RouterClient>();
        for (int i = 0; i < 20; i++)
        {
            clients.Add(await router.ConnectAsync());
            await clients[i].SubscribeAsync("plain.t");
        }
        for (int i = 0; i < 500; i++)
            await router.PushAsync("plain.t", $"{i}");

        foreach (var client in clients)
        {
            await client.ExpectPushesAsync("plain.t", Enumerable.Range(0, 500).Select(i => $"{i}"));
            await client.DisposeAsync();
        }
        await router.IsDesertedAsync();
    }

    [SkippableTheory, EveryRedis]
    public async Task A_client_that_does_not_read_is_cut_and_delays_nobody(RedisKind redis)
    {
        await using var router = await StartAsync(redis, """ "QueueBytes": 262144 """);
        await using var stalled = await router.ConnectAsync(receiveBufferSize: 4096);
        await using var other = await router.ConnectAsync();
        await stalled.SubscribeAsync("plain.t");
        await other.SubscribeAsync("plain.t");
        string data = $"\"{new string('x', 65_536)}\"";

        for (int i = 0; i < 100; i++)
        {
            await router.PushAsync("plain.t", data);
            await other.ExpectPushesAsync("plain.t", data);
        }

        await Eventually.BecomesTrueAsync(() => router.Gateway.Services.GetRequiredService<RouterMetrics>().Sessions == 1, "the stalled client to be cut");
    }

    [SkippableTheory, EveryRedis]
    public async Task Of_too_many_messages_the_latest_is_sent_when_its_time_comes(RedisKind redis)
    {
        await using var router = await StartAsync(redis);
        await using var client = await router.ConnectAsync();
        await client.SubscribeAsync("plain.t");

        // The time is so long that a slow machine sends the first seven within it.
        await router.PushAsync("plain.t", "\"A1\"", """ "options":{"throttle":5} """);
        await router.PushAsync("plain.t", "\"B1\"", """ "options":{"throttle":5,"throttle_key":"other"} """);
        await router.PushAsync("plain.t", "\"C\"", """ "options":{"throttle":"invalid"} """);
        await router.PushAsync("plain.t", "\"D\"");
        await router.PushAsync("plain.t", "\"A2\"", """ "options":{"throttle":5} """);
        await router.PushAsync("plain.t", "\"A3\"", """ "options":{"throttle":5},"published_at":"2026-04-21T12:00:00" """);
        await router.PushAsync("plain.t", "\"E\"");

        await client.ExpectPushesAsync("plain.t", "\"A1\"", "\"B1\"", "\"C\"", "\"D\"", "\"E\"");
        var delayed = await client.ReadPushAsync("plain.t");
        Assert.Equal("\"A3\"", delayed["data"]!.ToJsonString());
        Assert.Equal(["data", "event", "sent_at", "subscription"], delayed.Select(member => member.Key).Order());
    }

    [SkippableTheory, EveryRedis]
    public async Task A_delayed_message_counts_as_the_latest_of_its_order(RedisKind redis)
    {
        await using var router = await StartAsync(redis);
        await using var client = await router.ConnectAsync();
        await client.SubscribeAsync("plain.t");

        foreach (int order in new[] { 7, 9, 8 })
            await router.PushAsync("plain.t", $"{order}", $$""" "options":{"order":{{order}},"throttle":2} """);
        await router.PushAsync("plain.t", "8", """ "options":{"order":8} """);
        await router.PushAsync("plain.t", "\"at once\"");

        await client.ExpectPushesAsync("plain.t", "7", "\"at once\"", "9");
    }

    [SkippableTheory, EveryRedis]
    public async Task A_delayed_message_goes_with_its_subscription(RedisKind redis)
    {
        await using var router = await StartAsync(redis);
        await using var client = await router.ConnectAsync();
        router.Service.Answer("/before_subscribe", """{"status":"ok","options":{"throttle":1,"throttle_key":"k"}}""");
        await client.SubscribeAsync("before.t");

        foreach (int i in new[] { 1, 2, 3 })
            await router.PushAsync("before.t", $"{i}", """ "options":{"throttle":1,"throttle_key":"k"} """);
        await client.ExpectPushesAsync("before.t", "3");
        await router.PushAsync("before.t", "4", """ "options":{"throttle":600,"throttle_key":"k"} """);
        await router.PushAsync("before.t", "5");
        await client.ExpectPushesAsync("before.t", "5");
        await client.AskAsync("""{"event":"unsubscribe","subscription":"before.t"}""", """{"event":"unsubscribe","subscription":"before.t","status":"ok"}""");
        await client.ExpectNothingAsync();
    }

    [SkippableTheory, EveryRedis]
    public async Task Nobody_is_left_deaf_by_another_who_comes_and_goes(RedisKind redis)
    {
        await using var router = await StartAsync(redis);
        await using var x = await router.ConnectAsync();
        await using var y = await router.ConnectAsync();
        for (int i = 0; i < 200; i++)
        {
            string topic = $"plain.r{i}";
            await x.SendAsync($$"""{"event":"subscribe","subscription":"{{topic}}"}""");
            await y.SendAsync($$"""{"event":"subscribe","subscription":"{{topic}}"}""");
            await y.SendAsync($$"""{"event":"unsubscribe","subscription":"{{topic}}"}""");

            await x.ExpectAsync($$"""{"event":"subscribe","subscription":"{{topic}}","status":"ok"}""");
            await y.ExpectAsync($$"""{"event":"subscribe","subscription":"{{topic}}","status":"ok"}""");
            await y.ExpectAsync($$"""{"event":"unsubscribe","subscription":"{{topic}}","status":"ok"}""");
            Assert.Equal(1, await router.PushAsync(topic, $"{i}"));
            await x.ExpectPushesAsync(topic, $"{i}");
        }
        // And handed over: the last one leaves while the next one comes.
        for (int i = 0; i < 200; i++)
        {
            var (leaving, coming) = i % 2 == 0 ? (x, y) : (y, x);
            await leaving.SendAsync("""{"event":"unsubscribe","subscription":"plain.r0"}""");
            await coming.SendAsync("""{"event":"subscribe","subscription":"plain.r0"}""");
            await leaving.ExpectAsync("""{"event":"unsubscribe","subscription":"plain.r0","status":"ok"}""");
            await coming.ExpectAsync("""{"event":"subscribe","subscription":"plain.r0","status":"ok"}""");
            await router.PushAsync("plain.r0", $"{i}");
            await coming.ExpectPushesAsync("plain.r0", $"{i}");
        }
    }
}
