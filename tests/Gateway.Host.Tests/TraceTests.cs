using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Host.Tests;

/// <summary>Spans of the whole process, as a receiver of OTLP gets them.</summary>
public class TraceTests
{
    const string ClientTrace = "0af7651916cd43dd8448eb211c80319c";
    const string ClientSpan = "b7ad6b7169203331";

    static readonly (string, string?)[] ClientContext =
        [("traceparent", $"00-{ClientTrace}-{ClientSpan}-01"), ("tracestate", "theirs=1")];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_publish_is_a_span_and_what_its_subscribers_get_are_spans_below_it(bool isGrpc)
    {
        await using var receiver = await TraceReceiver.StartAsync(isGrpc);
        await using var gateway = await StartAsync(receiver.Url, isGrpc ? """, "Protocol": "Grpc" """ : "");
        var address = gateway.Address("Channels");
        await using var first = await Run.SubscribeAsync(address, "/channels/hushed-topic");
        await using var second = await Run.SubscribeAsync(address, "/channels/hushed-topic");

        Assert.Equal(200, (await Run.RequestAsync(address, "POST", "/channels/hushed-topic?access_token=hushed-token", "hushed-payload")).Status);

        var publish = Assert.Single(await receiver.HasSpansAsync("publish"));
        Assert.Equal(("Channels", "default", "2"), (publish.Tag("gateway.module"), publish.Tag("gateway.tenant"), publish.Tag("gateway.subscribers")));
        Assert.Equal(("gateway", ""), (publish.Service, publish.ParentId));
        Assert.Empty(publish.Links);
        await Eventually.BecomesTrueAsync(() => FanOuts().Sum(span => int.Parse(span.Tag("gateway.subscribers")!, null)) == 2, "the fan-out to both");
        Assert.All(FanOuts(), fanOut => Assert.Equal(
            (publish.TraceId, publish.Id, "Channels", "default"),
            (fanOut.TraceId, fanOut.ParentId, fanOut.Tag("gateway.module"), fanOut.Tag("gateway.tenant"))));
        Assert.False(receiver.WasSent("hushed"));

        IEnumerable<ReceivedSpan> FanOuts() => receiver.Spans.Where(span => span.Name == "fan-out");
    }

    [Fact]
    public async Task What_a_client_says_of_its_trace_is_linked_to_and_not_believed()
    {
        await using var receiver = await TraceReceiver.StartAsync();
        await using var gateway = await StartAsync(receiver.Url);
        var address = gateway.Address("Channels");

        await Run.RequestAsync(address, "POST", "/channels/a", "x", ClientContext);
        await Run.RequestAsync(address, "POST", "/channels/a", "y", ("traceparent", "no such thing"));

        var spans = await receiver.HasSpansAsync("publish", 2);
        Assert.All(spans, span => Assert.NotEqual(ClientTrace, span.TraceId));
        Assert.All(spans, span => Assert.Equal("", span.ParentId));
        Assert.NotEqual(spans[0].TraceId, spans[1].TraceId);
        Assert.Equal($"{ClientTrace}-{ClientSpan}", Assert.Single(spans[0].Links));
        Assert.Empty(spans[1].Links);
    }

    [Fact]
    public async Task What_a_client_says_of_its_trace_is_not_passed_on()
    {
        var told = new ConcurrentQueue<string>();
        await using var application = await LocalWebServer.StartAsync(context =>
        {
            foreach (string name in context.Request.Headers.Keys)
                told.Enqueue(name.ToLowerInvariant());
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"status":"ok","user_id":"1"}""");
        });
        await using var gateway = await GatewayProcess.StartAsync($$"""
            {
              "Urls": "http://127.0.0.1:0", "Modules": { "Channels": { "Auth": "ticket" } },
              "Auth": { "ticket": { "Type": "Ticket", "Url": "{{application.Url}}/auth", "Fields": ["user_id"] } }
            }
            """);

        var reply = await Run.RequestAsync(gateway.Address("Channels"), "POST", "/channels/a", "x", [("Authorization", "Bearer t"), .. ClientContext]);

        Assert.True(reply.Status == 200, reply.ToString());
        Assert.Contains("content-type", told);
        Assert.DoesNotContain("traceparent", told);
        Assert.DoesNotContain("tracestate", told);
    }

    [Fact]
    public async Task What_is_not_sampled_is_not_sent_whatever_a_client_says()
    {
        await using var receiver = await TraceReceiver.StartAsync();
        await using var gateway = await StartAsync(receiver.Url, """, "SampleRatio": 0 """);
        await using var subscriber = await Run.SubscribeAsync(gateway.Address("Channels"), "/channels/a");

        await Run.RequestAsync(gateway.Address("Channels"), "POST", "/channels/a", "x", ClientContext);

        Assert.Equal("x", (await subscriber.ReadMessageAsync()).Text);
        Assert.Equal(0, (await Run.StopAsync(gateway)).ExitCode);
        Assert.Empty(receiver.Spans);
    }

    [Fact]
    public async Task What_has_not_been_sent_at_the_end_is_sent_then()
    {
        await using var receiver = await TraceReceiver.StartAsync();
        await using var gateway = await StartAsync(receiver.Url);
        for (int i = 0; i < 100; i++)
            await Run.RequestAsync(gateway.Address("Channels"), "POST", "/channels/a", "x");

        Assert.Equal(0, (await Run.StopAsync(gateway)).ExitCode);

        Assert.Equal(100, receiver.Spans.Count(span => span.Name == "publish"));
    }

    [Fact]
    public async Task Without_the_setting_nothing_is_sent_though_the_environment_names_a_receiver()
    {
        await using var receiver = await TraceReceiver.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels, environment: new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Url,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        });
        await using var subscriber = await Run.SubscribeAsync(gateway.Address("Channels"), "/channels/a");

        await Run.RequestAsync(gateway.Address("Channels"), "POST", "/channels/a", "x", ClientContext);

        Assert.Equal("x", (await subscriber.ReadMessageAsync()).Text);
        Assert.Equal(0, (await Run.StopAsync(gateway)).ExitCode);
        Assert.Empty(receiver.Spans);
    }

    [Fact]
    public async Task The_receiver_gets_the_headers_that_it_asks_for_and_nobody_else_does()
    {
        const string Secret = "Bearer a=b%2Cc;d==";
        await using var receiver = await TraceReceiver.StartAsync();
        await using var gateway = await StartAsync($"{receiver.Url}/v1/traces", $$""", "Headers": { "Authorization": "{{Secret}}" } """);

        await Run.RequestAsync(gateway.Address("Channels"), "POST", "/channels/a", "x");

        await receiver.HasSpansAsync("publish");
        Assert.All(receiver.Authorizations, value => Assert.Equal(Secret, value));
        Assert.NotEmpty(receiver.Authorizations);
        var shown = await Run.GetAsync(gateway.Address("Channels"), "/admin/api/configuration");
        Assert.Contains("/v1/traces", shown.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("a=b", shown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_told_of_once_and_harms_nobody()
    {
        await using var gateway = await StartAsync($"http://127.0.0.1:{FreePort.Find()}");
        var address = gateway.Address("Channels");
        await using var subscriber = await Run.SubscribeAsync(address, "/channels/a");

        await Run.RequestAsync(address, "POST", "/channels/a", "0");
        await Eventually.BecomesTrueAsync(() => Told() == 1, "the line that says so");
        // More than is kept to be sent.
        for (int i = 1; i < 3000; i++)
            await subscriber.SendTextAsync($"{i}");

        for (int i = 0; i < 3000; i++)
            Assert.Equal($"{i}", (await subscriber.ReadMessageAsync()).Text);
        Assert.Equal(200, (await Run.GetAsync(address, "/health/ready")).Status);
        Assert.Equal(0, (await Run.StopAsync(gateway)).ExitCode);
        Assert.Equal(1, Told());

        int Told() => gateway.Stderr.Count(line => line.Contains("Traces cannot be sent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_receiver_that_never_answers_does_not_keep_the_process()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var gateway = await StartAsync($"http://{silent.LocalEndpoint}");

        Assert.Equal(200, (await Run.RequestAsync(gateway.Address("Channels"), "POST", "/channels/a", "x")).Status);

        var (exitCode, took) = await Run.StopAsync(gateway);
        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, Run.ExitLimit);
    }

    [Fact]
    public async Task The_store_and_events_that_fire_are_traced_too()
    {
        await using var receiver = await TraceReceiver.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync($$"""
            { "Urls": "http://127.0.0.1:0", "Modules": { "JsonStore": {}, "Events": { "Auth": "none" } }, "Traces": { "Endpoint": "{{receiver.Url}}" } }
            """);
        var address = gateway.Address("JsonStore");
        await using var stream = await WireClient.ConnectAsync(address);
        await stream.SendAsync("GET /events HTTP/1.1\r\nHost: gateway\r\nAccept: text/event-stream\r\n\r\n");
        Assert.Equal(200, (await stream.ReadReplyAsync(toHead: true)).Status);

        Assert.Equal(202, (await Run.RequestAsync(address, "PUT", "/json/a", "1")).Status);
        var insert = await Run.RequestAsync(address, "POST", "/insert", """{"event":"e","collection_id":"6f1f4a0e-3d0b-4b7e-9a52-0c2a4e4f5b61","timestamp":1,"data":"d"}""", ("Content-Type", "application/json"));
        Assert.True(insert.Status == 200, insert.ToString());

        var fire = Assert.Single(await receiver.HasSpansAsync("fire"));
        Assert.Equal(("Events", "default", "1"), (fire.Tag("gateway.module"), fire.Tag("gateway.tenant"), fire.Tag("gateway.events")));
        await receiver.HasSpansAsync("publish", 2);
        var sent = receiver.Spans.Single(span => span.Name == "publish" && span.Tag("gateway.module") == "Events");
        Assert.Equal((fire.TraceId, fire.Id), (sent.TraceId, sent.ParentId));
        Assert.Single(receiver.Spans, span => span.Name == "publish" && span.Tag("gateway.module") == "JsonStore");
    }

    [Theory]
    [InlineData("\"Endpoint\": \"collector:4317\"", "Traces:Endpoint", "collector:4317")]
    [InlineData("\"Endpoint\": \"ftp://collector\"", "Traces:Endpoint", "ftp://collector")]
    [InlineData("\"Endpoint\": \"http://me:hushed@collector\"", "Traces:Endpoint", "@collector")]
    [InlineData("\"Protocol\": \"Udp\"", "Traces:Protocol", "HttpProtobuf")]
    [InlineData("\"SampleRatio\": 1.5", "Traces:SampleRatio", "0 to 1")]
    [InlineData("\"Headers\": { \"no header\": \"hushed\" }", "Traces:Headers:no header", "not shown")]
    [InlineData("\"Headers\": { \"X-Key\": \"hushed\\nhushed\" }", "Traces:Headers:X-Key", "not shown")]
    public async Task A_setting_that_cannot_be_is_named(string setting, string key, string said)
    {
        var (exitCode, _, stderr) = await Run.CheckAsync($$"""{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": {} }, "Traces": { {{setting}} } }""");

        Assert.Equal(1, exitCode);
        string fault = Assert.Single(stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(key, fault, StringComparison.Ordinal);
        Assert.Contains(said, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hushed", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task To_trace_takes_a_restart_and_says_so()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        var address = gateway.Address("Channels");

        await File.WriteAllTextAsync(Path.Combine(gateway.Folder, "gateway.json"), """
            { "Urls": "http://127.0.0.1:0", "Modules": { "Channels": {} }, "Traces": { "Endpoint": "http://127.0.0.1:4318" } }
            """);

        await Eventually.BecomesTrueAsync(async () => (await WaitingAsync()).SequenceEqual(["Traces:Endpoint"]), "the key that waits for a restart");

        async Task<string?[]> WaitingAsync()
        {
            var state = JsonDocument.Parse((await Run.GetAsync(address, "/admin/api/reload")).Body).RootElement;
            return [.. state.GetProperty("needsRestart").EnumerateArray().Select(key => key.GetString())];
        }
    }

    static Task<GatewayProcess> StartAsync(string endpoint, string more = "") => GatewayProcess.StartAsync($$"""
        { "Urls": "http://127.0.0.1:0", "Modules": { "Channels": {} }, "Traces": { "Endpoint": "{{endpoint}}"{{more}} } }
        """);
}
