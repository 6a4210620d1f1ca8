using Gateway.Testing;

namespace Gateway.Modules.Streams.Tests;

/// <summary>How long a stream may be, how long it may be idle, and how long it is kept.</summary>
public class LimitTests
{
    [Fact]
    public async Task A_body_that_announces_too_much_is_refused()
    {
        await using var gateway = await StreamsGateway.StartAsync("\"MaxStreamBytes\": 10");
        Assert.Equal(413, (await gateway.PostAsync("/stream/a", "12345678901")).Status);
        Assert.Equal(404, (await gateway.GetAsync("/stream/a")).Status);
        Assert.Equal(201, (await gateway.PostAsync("/stream/a", "1234567890")).Status);
    }

    [Fact]
    public async Task A_body_that_turns_out_too_long_is_cut_and_nobody_sees_more()
    {
        await using var gateway = await StreamsGateway.StartAsync("\"MaxStreamBytes\": 10");
        await using var producer = await gateway.ProduceAsync("/stream/a");
        await producer.SendAsync("12345");
        await using var consumer = await gateway.ConsumeAsync("/stream/a");
        await producer.SendAsync("67890abc");
        await producer.ReadToEndAsync();
        Assert.False(await consumer.ReadsToCleanEndAsync());
        Assert.Equal("1234567890", consumer.Text);
        Assert.Equal("aborted", (await gateway.HeadAsync("/stream/a")).Header("X-Stream-State"));
        Assert.Equal(413, (await gateway.RequestAsync("PATCH", "/stream/a", "x", ("Upload-Offset", "10"))).Status);
        Assert.Equal("1234567890", (await gateway.GetAsync("/stream/a")).Text);
    }

    [Fact]
    public async Task Neither_a_producer_nor_a_consumer_has_to_keep_up_a_rate()
    {
        const int Bytes = 32 << 20;
        await using var gateway = await StreamsGateway.StartAsync("");
        await using var producer = await gateway.ProduceAsync("/stream/a");
        await producer.SendAsync(new byte[Bytes]);
        await using var slow = await WireClient.ConnectAsync(gateway.Address, receiveBufferSize: 4096);
        await slow.SendAsync("GET /stream/a HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal(200, (await slow.ReadReplyAsync(toHead: true)).Status);
        // The web server's own limits, 240 bytes a second in both directions after five, would end both by now.
        await Task.Delay(TimeSpan.FromSeconds(8));
        await producer.SendAsync(new byte[1]);
        await producer.FinishAsync();
        int read = 0;
        while (await slow.ReadChunkAsync() is { Length: > 0 } chunk)
            read += chunk.Length;
        Assert.Equal(Bytes + 1, read);
    }

    [Fact]
    public async Task A_stream_without_a_byte_for_long_expires_and_can_be_resumed()
    {
        await using var gateway = await StreamsGateway.StartAsync("\"IdleTimeout\": \"00:00:00.5\", \"SweepInterval\": \"00:00:00.5\"");
        await using var producer = await gateway.ProduceAsync("/stream/a");
        await producer.SendAsync("one ");
        await using var consumer = await gateway.ConsumeAsync("/stream/a");
        Assert.False(await consumer.ReadsToCleanEndAsync());
        await producer.ReadToEndAsync();
        Assert.Equal("expired", (await gateway.GetAsync("/stream/a")).Header("X-Stream-State"));
        Assert.Equal(204, (await gateway.RequestAsync("PATCH", "/stream/a", "two", ("Upload-Offset", "4"))).Status);
        var got = await gateway.GetAsync("/stream/a");
        Assert.Equal(("one two", "complete"), (got.Text, got.Header("X-Stream-State")));
    }

    [Theory]
    [InlineData("\"RetentionCount\": 2", 2), InlineData("\"RetentionBytes\": 25", 2), InlineData("\"RetentionCount\": 3, \"RetentionBytes\": 10", 1)]
    public async Task The_oldest_that_have_ended_are_deleted_and_their_files_with_them(string retention, int kept)
    {
        await using var gateway = await StreamsGateway.StartAsync($"\"SweepInterval\": \"00:00:00.5\", {retention}");
        await using var live = await gateway.ProduceAsync("/stream/live");
        await live.SendAsync("a hundred bytes would be more than is kept");
        for (int i = 0; i < 5; i++)
            await gateway.PostAsync($"/stream/s{i}", "0123456789");
        await Eventually.BecomesTrueAsync(
            async () => (await gateway.ListAsync()).Count == kept + 1, "the sweeper to have swept");
        Assert.Equal(["live", .. Enumerable.Range(5 - kept, kept).Select(i => $"s{i}")], await gateway.ListAsync());
        Assert.Equal(kept + 1, Directory.GetFiles(Path.Combine(gateway.Gateway.Folder, "data/streams/data"), "*.bytes").Length);
    }

    [Fact]
    public async Task What_is_too_old_is_deleted()
    {
        await using var gateway = await StreamsGateway.StartAsync("\"SweepInterval\": \"00:00:00.5\", \"RetentionAge\": \"00:00:00.5\"");
        await gateway.PostAsync("/stream/old", "x");
        await Eventually.BecomesTrueAsync(async () => (await gateway.GetAsync("/stream/old")).Status == 404, "the stream to be deleted");
        Assert.Equal(201, (await gateway.PostAsync("/stream/old", "y")).Status);
    }

    [Fact]
    public async Task What_has_been_resumed_meanwhile_is_not_swept()
    {
        await using var gateway = await StreamsGateway.StartAsync("");
        await using (var producer = await gateway.ProduceAsync("/stream/a"))
            await producer.SendAsync("one ");
        await gateway.IsInStateAsync("/stream/a", "aborted");
        var stream = gateway.Store.Find("a")!;
        await using var again = await LiveProducer.BeginAsync(gateway.Address, "PATCH", "/stream/a", ("Upload-Offset", $"{stream.Length}"));
        await gateway.IsInStateAsync("/stream/a", "active");
        Assert.Empty(await gateway.Store.DeleteAsync([stream], unlessActive: true));
        await again.SendAsync("two");
        Assert.Equal(204, (await again.FinishWithReplyAsync()).Status);
        Assert.Equal(["a"], await gateway.Store.DeleteAsync([stream], unlessActive: true));
    }

    [Fact]
    public async Task A_tenant_keeps_no_more_than_it_may()
    {
        await using var gateway = await Gateway.Testing.GatewayFixture.StartAsync("""
            { "Urls": "http://127.0.0.1:0", "Tenants": { "a": { "Limits": { "StorageBytes": 10 }, "Modules": { "Streams": { } } } } }
            """);
        var address = gateway.Address("a/Streams");
        await using var client = await WireClient.ConnectAsync(address);
        Assert.Equal(201, (await client.RequestAsync("POST", "/t/a/stream/x", "12345678")).Status);
        Assert.Equal(429, (await client.RequestAsync("POST", "/t/a/stream/announced", "123")).Status);
        Assert.Equal(404, (await client.RequestAsync("GET", "/t/a/stream/announced")).Status);
        await using (var producer = await LiveProducer.BeginAsync(address, "POST", "/t/a/stream/y"))
        {
            await producer.SendAsync("123");
            await producer.ReadToEndAsync();
        }
        var got = await client.RequestAsync("GET", "/t/a/stream/y");
        Assert.Equal(("aborted", ""), (got.Header("X-Stream-State"), got.Text));
        Assert.Equal(200, (await client.RequestAsync("DELETE", "/t/a/stream/x")).Status);
        Assert.Equal(201, (await client.RequestAsync("POST", "/t/a/stream/z", "1234567890")).Status);
        Assert.Equal("1234567890", (await client.RequestAsync("GET", "/t/a/stream/z")).Text);
    }

    [Fact]
    public async Task Another_policy_for_slow_consumers_is_refused()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => StreamsGateway.StartAsync("\"SlowConsumer\": \"DropOldest\""));
        Assert.Contains("Modules:Streams:SlowConsumer", refused.Message, StringComparison.Ordinal);
    }
}
