using System.Diagnostics;
using System.Globalization;
using Gateway.Core.Connections;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Modules.Channels.Tests;

/// <summary>What becomes of a client that reads too slowly, and of all others meanwhile.</summary>
[Collection(HeavyTests.Name)]
public class SlowConsumerTests
{
    const int QueueBytes = 64 * 1024;
    const int SmallBuffer = 4096;
    const int Messages = 400;

    /// <summary>How long the gateway keeps a connection that it has ended for a client that does not answer.</summary>
    static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);

    static readonly string Filling = new('x', 2000);

    [Theory, EveryTransport]
    public async Task A_stalled_reader_is_cut_and_the_other_99_get_everything_in_order(Door door)
    {
        await using var gateway = await ChannelsGateway.StartAsync($"\"QueueBytes\": {QueueBytes}");
        await using var stalled = await gateway.SubscribeAsync(door, "/a", SmallBuffer);
        await using var others = await gateway.SubscribeManyAsync(door, "/a", 99);
        var reading = others.Select(client => client.ReadTextsAsync(Messages)).ToArray();

        // Each has its own limit of time: a publisher that waited for the stalled reader would exceed it.
        await PublishAsync(gateway, door, Messages);
        foreach (var texts in await Task.WhenAll(reading))
            Assert.Equal(Enumerable.Range(0, Messages), texts.Select(Number));

        var rest = await ReadRestAsync(stalled);
        Assert.Equal(Enumerable.Range(0, rest.Numbers.Count), rest.Numbers);
        Assert.InRange(rest.Numbers.Count, 0, Messages - 1);
        Assert.True(rest.Last.CloseCode is 1013 || rest.Last.Opcode == WireOpcode.End, rest.Last.ToString());
        await Eventually.BecomesTrueAsync(
            async () => (await gateway.Gateway.MetricsAsync()).Sum("gateway_connections_closed_total", ("reason", "slow_consumer")) == 1,
            "the slow reader to be counted");
    }

    [Theory, EveryTransport]
    public async Task A_stalled_reader_that_reads_on_is_told_why(Door door)
    {
        // A machine so busy that the client misses the time that it has to read on proves nothing: once more, then.
        for (int attempt = 1; !await IsToldWhyAsync(door); attempt++)
            Assert.InRange(attempt, 1, 5);
    }

    [Theory, EveryTransport("DropOldest"), EveryTransport("KeepLatest")]
    public async Task A_stalled_reader_may_lose_messages_instead(Door door, string policy)
    {
        await using var gateway = await ChannelsGateway.StartAsync($"\"QueueBytes\": {QueueBytes}, \"SlowConsumer\": \"{policy}\"");
        await using var stalled = await gateway.SubscribeAsync(door, "/a", SmallBuffer);
        var connection = Connections(gateway).Single();
        await PublishAsync(gateway, door, Messages, () => Assert.InRange(connection.QueuedBytes, 0, QueueBytes));

        var numbers = new List<int>();
        do
            numbers.Add(Number(await stalled.ReadTextAsync()));
        while (numbers[^1] < Messages - 1);
        Assert.Equal(numbers.Order().Distinct(), numbers);
        Assert.Equal(0, numbers[0]);

        await stalled.SyncAsync();
        var metrics = await gateway.Gateway.MetricsAsync();
        double dropped = metrics.Sum("gateway_frames_dropped_total", ("reason", "slow_consumer"));
        Assert.Equal(Messages - numbers.Count, dropped);
        Assert.True(dropped > 0);
        Assert.Equal(1, metrics.Sum("gateway_connections"));
    }

    [Theory, EveryTransport]
    public async Task A_message_larger_than_the_queue_reaches_a_client_that_keeps_up(Door door)
    {
        await using var gateway = await ChannelsGateway.StartAsync("\"QueueBytes\": 1000");
        await using var client = await gateway.SubscribeAsync(door, "/a");
        for (int i = 0; i < 20; i++)
        {
            await gateway.PostAsync(door, "/a", new string('x', 65536));
            Assert.Equal(65536, (await client.ReadTextAsync()).Length);
        }
    }

    [Theory, EveryTransport(65536), EveryTransport(4194304)]
    public async Task A_fast_publisher_that_reads_is_never_cut_for_its_own_echo(Door door, int queueBytes)
    {
        const int count = 50_000;
        await using var gateway = await ChannelsGateway.StartAsync($"\"QueueBytes\": {queueBytes}");
        await using var client = await gateway.SubscribeAsync(door, "/a");
        var reading = client.ReadTextsAsync(count);
        foreach (int[] batch in Enumerable.Range(0, count).Chunk(1000))
            await client.SendTextsAsync(batch.Select(i => $"{i}"));
        Assert.Equal(Enumerable.Range(0, count), (await reading).Select(Number));
    }

    [Theory, EveryTransport]
    public async Task A_publisher_that_does_not_read_its_echo_is_no_longer_read_from_and_loses_nothing(Door door)
    {
        await using var gateway = await ChannelsGateway.StartAsync($"\"QueueBytes\": {QueueBytes}");
        await using var client = await gateway.SubscribeAsync(door, "/a", SmallBuffer);
        var sending = client.SendTextsAsync(Enumerable.Range(0, Messages * 4).Select(i => $"{i} {Filling}"));
        var connection = Connections(gateway).Single();
        await Eventually.BecomesTrueAsync(() => connection.QueuedBytes > QueueBytes / 4, "the echo to pile up");

        Assert.Equal(Enumerable.Range(0, Messages * 4), (await client.ReadTextsAsync(Messages * 4)).Select(Number));
        await sending;
    }

    static async Task<bool> IsToldWhyAsync(Door door)
    {
        await using var gateway = await ChannelsGateway.StartAsync($"\"QueueBytes\": {QueueBytes}");
        await using var stalled = await gateway.SubscribeAsync(door, "/a", SmallBuffer);
        var connection = Connections(gateway).Single();
        var watch = Stopwatch.StartNew();
        for (int i = 0; connection.Ending == null; i++)
        {
            watch.Restart();
            await gateway.PostAsync(door, "/a", $"{i} {Filling}");
        }

        var rest = await ReadRestAsync(stalled);
        Assert.Equal(Enumerable.Range(0, rest.Numbers.Count), rest.Numbers);
        if (rest.Last.Opcode == WireOpcode.End && watch.Elapsed > GoodbyeTime)
            return false;
        Assert.Equal((1013, "the client reads too slowly"), (rest.Last.CloseCode, rest.Last.CloseReason));
        return true;
    }

    static async Task PublishAsync(ChannelsGateway gateway, Door door, int count, Action? each = null)
    {
        await using var publisher = await gateway.ConnectAsync(door);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(200, (await publisher.RequestAsync("POST", ChannelsGateway.Target(door, "/a"), $"{i} {Filling}")).Status);
            each?.Invoke();
        }
    }

    // The end may come within a frame: whoever is cut is cut anywhere.
    static async Task<(List<int> Numbers, WireFrame Last)> ReadRestAsync(WireClient client)
    {
        var numbers = new List<int>();
        while (true)
        {
            var frame = await client.ReadMessageAsync();
            if (frame.Opcode != WireOpcode.Text)
                return (numbers, frame);
            numbers.Add(Number(frame.Text));
        }
    }

    static IEnumerable<ClientConnection> Connections(ChannelsGateway gateway) =>
        gateway.Gateway.Services.GetRequiredService<ConnectionRegistry>().Connections;

    static int Number(string text) => int.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture);
}
