using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Modules.Streams.Tests;

public class StoreTests
{
    [Fact]
    public async Task The_list_comes_in_pages_in_the_order_of_ids()
    {
        await using var gateway = await StreamsGateway.StartAsync("");
        foreach (string id in new[] { "b", "a", "B", "c", "%C3%A9" })
            await gateway.PostAsync($"/stream/{id}", id, ("X-Stream-Metadata", """{"n":"\u2603"}"""));
        Assert.Equal(["B", "a", "b", "c", "é"], await gateway.ListAsync());
        Assert.Equal(["B", "a"], await gateway.ListAsync("?limit=2"));
        Assert.Equal(["b", "c"], await gateway.ListAsync("?limit=2&after=a"));
        using var page = JsonDocument.Parse((await gateway.GetAsync("/stream?limit=2")).Text);
        Assert.Equal("a", page.RootElement.GetProperty("next").GetString());
        var first = page.RootElement.GetProperty("streams")[0];
        Assert.Equal(("complete", 1, "☃"),
            (first.GetProperty("state").GetString(), first.GetProperty("length").GetInt64(), first.GetProperty("metadata").GetProperty("n").GetString()));
        foreach (string limit in new[] { "0", "-1", "1001", "x", "" })
            Assert.Equal(400, (await gateway.GetAsync($"/stream?limit={limit}")).Status);
    }

    [Fact]
    public async Task The_streams_of_a_build_are_deleted_by_their_literal_prefix()
    {
        await using var gateway = await StreamsGateway.StartAsync("");
        foreach (string id in new[] { "build-a-1", "build-a-2", "build-aa-1", "build-*-1", "build-a", "xbuild-a-1" })
            await gateway.PostAsync($"/stream/{id}", id);
        Assert.Equal(["build-*-1"], await DeletedAsync(gateway, "*"));
        Assert.Equal(["build-a-1", "build-a-2"], await DeletedAsync(gateway, "a"));
        Assert.Empty(await DeletedAsync(gateway, "a"));
        Assert.Empty(await DeletedAsync(gateway, ""));
        Assert.Equal(["build-a", "build-aa-1", "xbuild-a-1"], await gateway.ListAsync());
    }

    [Fact]
    public async Task Streams_survive_a_restart_and_a_live_one_is_aborted_by_it()
    {
        using var data = new TemporaryFolder();
        string configuration = $$"""{ "Urls": "http://127.0.0.1:0", "DataDirectory": "{{data.Path}}", "Drain": { "Limit": "00:00:00.5" }, "Modules": { "Streams": {} } }""";
        string tag;
        await using (var gateway = await GatewayFixture.StartAsync(configuration))
        {
            var address = gateway.Address("Streams");
            await using var complete = await LiveProducer.BeginAsync(address, "POST", "/stream/complete", ("X-Stream-Metadata", "[1]"));
            await complete.SendAsync("all of it");
            await complete.FinishAsync();
            await using var live = await LiveProducer.BeginAsync(address, "POST", "/stream/live");
            await live.SendAsync("a beginning");
            await using var consumer = await LiveConsumer.BeginAsync(address, "/stream/live");
            await consumer.HasReadAsync("a beginning");
            await using var other = await LiveConsumer.BeginAsync(address, "/stream/complete");
            tag = other.Head.Header("ETag")!;
        }
        await using (var gateway = await GatewayFixture.StartAsync(configuration))
        {
            await using var client = await WireClient.ConnectAsync(gateway.Address("Streams"));
            var got = await client.RequestAsync("GET", "/stream/complete");
            Assert.Equal(("all of it", "complete", "[1]", tag), (got.Text, got.Header("X-Stream-State"), got.Header("X-Stream-Metadata"), got.Header("ETag")));
            got = await client.RequestAsync("GET", "/stream/live");
            Assert.Equal(("a beginning", "aborted"), (got.Text, got.Header("X-Stream-State")));
            Assert.Equal(204, (await client.RequestAsync("PATCH", "/stream/live", " and an end", ("Upload-Offset", "11"))).Status);
            Assert.Equal("a beginning and an end", (await client.RequestAsync("GET", "/stream/live")).Text);
        }
    }

    static async Task<IReadOnlyList<string>> DeletedAsync(StreamsGateway gateway, string buildId)
    {
        var reply = await gateway.RequestAsync("DELETE", $"/stream/build/{buildId}");
        Assert.Equal(200, reply.Status);
        using var json = JsonDocument.Parse(reply.Text);
        Assert.Equal(("deleted", buildId), (json.RootElement.GetProperty("status").GetString(), json.RootElement.GetProperty("buildId").GetString()));
        return [.. json.RootElement.GetProperty("deleted").EnumerateArray().Select(id => id.GetString()!).Order(StringComparer.Ordinal)];
    }
}
