using Gateway.Testing;

namespace Gateway.Modules.Channels.Tests;

/// <summary>That the metrics say what happened.</summary>
public class MetricsTests
{
    [Theory, EveryDoor]
    public async Task Everything_is_counted_once(Door door)
    {
        await using var gateway = await ChannelsGateway.StartAsync();
        await gateway.PostAsync(door, "/nobody", "lost");
        await using (var sender = await gateway.SubscribeAsync(door, "/a"))
        await using (var listener = await gateway.SubscribeAsync(door, "/a"))
        {
            await sender.SendTextAsync("one");
            await sender.SendBinaryAsync("two"u8.ToArray());
            // A POST comes by another connection: it is behind these only once they have been seen.
            Assert.Equal(WireOpcode.Text, (await sender.ReadFrameAsync()).Opcode);
            Assert.Equal(WireOpcode.Binary, (await sender.ReadFrameAsync()).Opcode);
            await gateway.PostAsync(door, "/a", "three");
            await gateway.PostAsync(door, "/a", "");
            Assert.Equal("three", await sender.ReadTextAsync());
            await listener.ReadFrameAsync();
            await listener.ReadFrameAsync();
            Assert.Equal("three", await listener.ReadTextAsync());

            var open = await gateway.Gateway.MetricsAsync();
            Assert.Equal(2, open.Sum("gateway_connections", ("module", "Channels")));
            Assert.Equal(2, open.Sum("gateway_connections_opened_total", ("module", "Channels")));
            Assert.Equal(0, open.Sum("gateway_connections_closed_total"));
            await sender.SendCloseAsync();
            Assert.Equal(1000, (await sender.ReadCloseAsync()).CloseCode);
            listener.Reset();
        }
        await EndAsync(gateway, door, WireOpcode.Text, [0xff], mask: true);
        await EndAsync(gateway, door, WireOpcode.Text, [0x61], mask: false);
        await EndAsync(gateway, door, WireOpcode.Binary, new byte[65537], mask: true);
        await gateway.IsDesertedAsync(closed: 5);

        // The sender counts after it has sent.
        await Eventually.BecomesTrueAsync(
            async () => (await gateway.Gateway.MetricsAsync()).Sum("gateway_frames_delivered_total") == 6 + 5, "all deliveries to be counted");
        var metrics = await gateway.Gateway.MetricsAsync();
        // One empty message was answered to each of the five; it is no publish.
        Assert.Equal(4, metrics.Sum("gateway_frames_published_total", ("module", "Channels")));
        Assert.Equal(6 + 5, metrics.Sum("gateway_frames_delivered_total", ("module", "Channels")));
        Assert.Equal(1, metrics.Sum("gateway_frames_dropped_total", ("module", "Channels"), ("reason", "no_subscriber")));
        Assert.Equal(1, metrics.Sum("gateway_frames_dropped_total"));
        Assert.Equal(6 + 5 + 5 + 7, metrics.Sum("gateway_published_bytes_total"));
        Assert.Equal((2 * (5 + 5 + 7)) + (5 * 2), metrics.Sum("gateway_delivered_bytes_total"));
        foreach (string reason in new[] { "client_closed", "client_gone", "invalid_data", "protocol_error", "message_too_large" })
            Assert.Equal(1, metrics.Sum("gateway_connections_closed_total", ("reason", reason)));
        Assert.Equal(5, metrics.Sum("gateway_connections_closed_total"));
        Assert.Equal(5, metrics.Sum("gateway_connections_opened_total"));
    }

    [Fact]
    public async Task Two_gateways_in_one_process_count_apart()
    {
        await using var first = await ChannelsGateway.StartAsync();
        await using var second = await ChannelsGateway.StartAsync();
        await first.PostAsync(Door.OwnAddress, "/a", "hello");
        Assert.Equal(1, (await first.Gateway.MetricsAsync()).Sum("gateway_frames_published_total"));
        Assert.Equal(0, (await second.Gateway.MetricsAsync()).Sum("gateway_frames_published_total"));
    }

    static async Task EndAsync(ChannelsGateway gateway, Door door, WireOpcode opcode, byte[] payload, bool mask)
    {
        await using var client = await gateway.SubscribeAsync(door, "/a");
        await client.SendFrameAsync(opcode, payload, mask: mask);
        Assert.Equal(WireOpcode.Close, (await client.ReadFrameAsync()).Opcode);
    }
}
