using Gateway.Testing;

namespace Gateway.Modules.JsonStore.Tests;

public class MetricsTests
{
    [Fact]
    public async Task The_document_its_log_and_its_subscribers_are_measured()
    {
        await using var store = await StoreGateway.StartAsync();
        await store.PutAsync("/a?durable", "\"value\"");
        await store.PutAsync("/a?durable", "\"value\"");
        await store.PutAsync("/b?durable", "2");
        await using var single = await store.OpenAsync("/a");
        await single.ReadTextAsync();
        await using var multi = await store.OpenAsync("/?method=reusable");
        await multi.SendTextAsync("""{"type":"subscribe","paths":["a","b"]}""");
        await multi.ReadTextAsync();
        await using var events = await store.ConnectAsync();
        await events.SendAsync("GET /b HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n");
        await Eventually.BecomesTrueAsync(async () => await SubscriptionsAsync("events") == 1, "the events to be subscribed to");

        var metrics = await store.Gateway.MetricsAsync();

        var module = ("module", "JsonStore");
        Assert.Equal("""{"a":"value","b":2}""".Length, metrics.Sum("gateway_jsonstore_document_bytes", module));
        Assert.Equal(2, metrics.Sum("gateway_jsonstore_revisions_total", module));
        Assert.Equal(1, await SubscriptionsAsync("single"));
        Assert.Equal(2, await SubscriptionsAsync("multi"));
        Assert.Contains(metrics.Samples, sample => sample.Name == "gateway_jsonstore_pushes_conflated_total");
        Assert.True(metrics.Sum("gateway_log_size_bytes", module) > 0);
        Assert.True(metrics.Sum("gateway_log_commit_latency_seconds_count", module) >= 2);

        async Task<double> SubscriptionsAsync(string protocol) =>
            (await store.Gateway.MetricsAsync()).Sum("gateway_jsonstore_subscriptions", ("protocol", protocol));
    }
}
