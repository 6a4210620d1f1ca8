using Gateway.Testing;

namespace Gateway.Modules.Router.Tests;

/// <summary>Spans of the module, as a receiver of OTLP gets them, and what services are told of them.</summary>
public sealed class TraceTests
{
    const string ClientTrace = "0af7651916cd43dd8448eb211c80319c";

    static readonly (string, string?) ClientContext = ("traceparent", $"00-{ClientTrace}-b7ad6b7169203331-01");

    [Fact]
    public async Task A_call_is_a_span_that_the_service_is_told_of()
    {
        await using var receiver = await TraceReceiver.StartAsync();
        await using var service = await Service.StartAsync();
        await using var gateway = await StartAsync(service, $$""" "Traces": { "Endpoint": "{{receiver.Url}}" }, """);
        await using var client = await ConnectAsync(gateway);
        await client.SubscribeAsync("told.hushed");

        var span = Assert.Single(await receiver.HasSpansAsync("callback"));
        Assert.Equal(
            ("Router", "default", "told", "OnSubscribe", "answered", false),
            (span.Tag("gateway.module"), span.Tag("gateway.tenant"), span.Tag("gateway.service"), span.Tag("gateway.callback"), span.Tag("gateway.outcome"), span.IsError));
        Assert.Equal($"00-{span.TraceId}-{span.Id}-01", ToldBy(Assert.Single(service.Calls)));
        // The client's handshake is long over, and its trace is not the gateway's.
        Assert.NotEqual(ClientTrace, span.TraceId);
        Assert.Equal("", span.ParentId);
        Assert.Empty(span.Links);
        Assert.False(receiver.WasSent("hushed"));
        Assert.False(receiver.WasSent(service.Url("")));
    }

    [Fact]
    public async Task A_call_that_fails_is_a_span_that_says_so()
    {
        await using var receiver = await TraceReceiver.StartAsync();
        await using var service = await Service.StartAsync();
        service.Answer("/on_subscribe", 500, "text/plain", "no");
        await using var gateway = await StartAsync(service, $$""" "Traces": { "Endpoint": "{{receiver.Url}}" }, """);
        await using var client = await ConnectAsync(gateway);

        await client.Wire.SendTextAsync("""{"event":"subscribe","subscription":"told.1"}""");

        var span = Assert.Single(await receiver.HasSpansAsync("callback"));
        Assert.Equal(("unavailable", true), (span.Tag("gateway.outcome"), span.IsError));
        // Both tries are one call.
        Assert.Equal([$"00-{span.TraceId}-{span.Id}-01"], service.Calls.Select(ToldBy).Distinct());
        Assert.Equal(2, service.Calls.Count);
    }

    [Fact]
    public async Task A_message_of_a_service_is_a_span_of_its_own()
    {
        await using var receiver = await TraceReceiver.StartAsync();
        await using var service = await Service.StartAsync();
        await using var gateway = await StartAsync(service, $$""" "Traces": { "Endpoint": "{{receiver.Url}}" }, """);
        await using var first = await ConnectAsync(gateway);
        await using var second = await ConnectAsync(gateway);
        await first.SubscribeAsync("told.1");
        await second.SubscribeAsync("told.1");
        using var redis = await RedisSocket.ConnectAsync(gateway.Address("redis").ToString());

        Assert.Equal(":1", await redis.PublishAsync("told.1", """{"subscription":"told.1","data":{"text":"hushed"}}"""));

        var span = Assert.Single(await receiver.HasSpansAsync("publish"));
        Assert.Equal(("Router", "default", "2"), (span.Tag("gateway.module"), span.Tag("gateway.tenant"), span.Tag("gateway.subscribers")));
        // It has nothing to do with those who listen.
        Assert.Equal("", span.ParentId);
        Assert.Empty(span.Links);
        Assert.False(receiver.WasSent("hushed"));
    }

    [Fact]
    public async Task Without_traces_services_are_told_nothing_of_a_clients_trace()
    {
        await using var service = await Service.StartAsync();
        await using var gateway = await StartAsync(service, "");
        await using var client = await ConnectAsync(gateway);

        await client.SubscribeAsync("told.1");
        await service.HasCallsAsync("/on_subscribe", 1);

        var call = Assert.Single(service.Calls);
        Assert.DoesNotContain(call.Headers.Keys, name => name.ToLowerInvariant() is "traceparent" or "tracestate" or "baggage" or "request-id");
    }

    static string? ToldBy(ServiceCall call) => call.Headers.First(header => header.Key.Equals("traceparent", StringComparison.OrdinalIgnoreCase)).Value;

    static Task<GatewayProcess> StartAsync(Service service, string more) => GatewayProcess.StartAsync($$"""
        {
          "Urls": "http://127.0.0.1:0", "Redis": { "EmbeddedPort": 0 }, {{more}}
          "Modules": { "Router": {
            "Services": { "told": { "RequireAuthentication": false, "OnSubscribe": "{{service.Url("/on_subscribe")}}" } },
            "Callbacks": { "Tries": 2, "Wait": "00:00:00.01" }
          } }
        }
        """);

    static async Task<RouterClient> ConnectAsync(GatewayProcess gateway)
    {
        var wire = await WireClient.ConnectAsync(gateway.Address("Router"));
        Assert.Equal(101, (await wire.UpgradeAsync("/router", ClientContext)).Status);
        return new RouterClient(wire);
    }
}
