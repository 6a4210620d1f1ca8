using Gateway.Testing;

namespace Gateway.Modules.Channels.Tests;

/// <summary>That everybody gets everything, in one order.</summary>
[Collection(HeavyTests.Name)]
public class OrderTests(ChannelsGateway gateway) : IClassFixture<ChannelsGateway>
{
    [Theory, EveryTransport]
    public async Task Twenty_publishers_are_seen_in_one_order_by_all(Door door)
    {
        const int each = 100;
        string channel = gateway.NewChannel();
        await using var listeners = await gateway.SubscribeManyAsync(door, channel, 10);
        await using var publishers = await gateway.SubscribeManyAsync(door, channel, 10);
        var reading = listeners.Concat(publishers).Select(client => client.ReadTextsAsync(20 * each)).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(publisher => Task.Run(() => publisher < 10
            ? SendAsync(publishers[publisher], publisher, each)
            : PostAsync(door, channel, publisher, each))));

        string[][] seen = await Task.WhenAll(reading);
        Assert.All(seen, texts => Assert.Equal(seen[0], texts));
        for (int publisher = 0; publisher < 20; publisher++)
            Assert.Equal(Texts(publisher, each), seen[0].Where(text => text.StartsWith($"{publisher}:", StringComparison.Ordinal)));
    }

    [Theory, EveryTransport]
    public async Task A_burst_of_POSTs_reaches_all_and_splits_no_channel(Door door)
    {
        const int connections = 8;
        const int each = 50;
        string channel = gateway.NewChannel();
        await using var listeners = await gateway.SubscribeManyAsync(door, channel, 100);
        var reading = listeners.Select(client => client.ReadTextsAsync(connections * each)).ToArray();

        await Task.WhenAll(Enumerable.Range(0, connections).Select(publisher => Task.Run(() => BurstAsync(door, channel, publisher, each))));

        string[][] seen = await Task.WhenAll(reading);
        Assert.All(seen, texts => Assert.Equal(seen[0], texts));
        Assert.Equal(connections * each, seen[0].Distinct().Count());
        Assert.Equal(100, gateway.Topics.Topics.Single(topic => topic.Key == channel).Value);
        Assert.Equal("100", (await gateway.PostAsync(door, channel, "later")).Header("X-Subscribers"));
        Assert.All(await Task.WhenAll(listeners.Select(client => client.ReadTextAsync())), text => Assert.Equal("later", text));
    }

    [Theory, EveryTransport]
    public async Task A_POST_comes_after_what_its_client_has_seen_published(Door door)
    {
        string channel = gateway.NewChannel();
        await using var listener = await gateway.SubscribeAsync(door, channel);
        await using var client = await gateway.SubscribeAsync(door, channel);
        for (int i = 0; i < 50; i++)
        {
            await gateway.PostAsync(door, channel, $"{2 * i}");
            await client.SendTextAsync($"{(2 * i) + 1}");
            await client.ReadTextsAsync(2);
        }
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), await listener.ReadTextsAsync(100));
    }

    static async Task SendAsync(WireClient client, int publisher, int count)
    {
        foreach (string text in Texts(publisher, count))
            await client.SendTextAsync(text);
    }

    async Task PostAsync(Door door, string channel, int publisher, int count)
    {
        await using var client = await gateway.ConnectAsync(door);
        foreach (string text in Texts(publisher, count))
            Assert.Equal(200, (await client.RequestAsync("POST", ChannelsGateway.Target(door, channel), text)).Status);
    }

    // All at once, without waiting for an answer.
    async Task BurstAsync(Door door, string channel, int publisher, int count)
    {
        await using var client = await gateway.ConnectAsync(door);
        await client.SendAsync(string.Concat(Texts(publisher, count).Select(text =>
            $"POST {ChannelsGateway.Target(door, channel)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {text.Length}\r\n\r\n{text}")));
        for (int i = 0; i < count; i++)
            Assert.Equal(200, (await client.ReadReplyAsync()).Status);
    }

    static IEnumerable<string> Texts(int publisher, int count) => Enumerable.Range(0, count).Select(i => $"{publisher}:{i}");
}
