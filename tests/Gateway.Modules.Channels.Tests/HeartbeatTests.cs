using System.Diagnostics;
using Gateway.Testing;

namespace Gateway.Modules.Channels.Tests;

/// <summary>How the gateway finds out who is still there. These tests take time that only passes.</summary>
public class HeartbeatTests(HeartbeatTests.Impatient impatient, HeartbeatTests.Patient patient)
    : IClassFixture<HeartbeatTests.Impatient>, IClassFixture<HeartbeatTests.Patient>
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public sealed class Impatient() : ChannelsGateway("""
        "PingInterval": "00:00:00.5", "PongTimeout": "00:00:00.5"
        """);

    public sealed class Patient() : ChannelsGateway("""
        "PingInterval": "00:00:00.5", "PongTimeout": "00:00:03"
        """);

    [Fact]
    public Task Pings_come_at_their_interval() => AtEveryDoorAsync(async door =>
    {
        var watch = Stopwatch.StartNew();
        await using var client = await patient.ConnectAsync(door);
        await client.UpgradeAsync(ChannelsGateway.Target(door, "/a"));
        for (int i = 1; i <= 4; i++)
        {
            var ping = await client.ReadFrameAsync();
            Assert.Equal(WireOpcode.Ping, ping.Opcode);
            Assert.Empty(ping.Payload);
            // It may come late on a busy machine, but never early; the clocks tick in hundredths.
            Assert.True(watch.Elapsed > (Interval * i) - TimeSpan.FromMilliseconds(50), $"ping {i} after {watch.Elapsed}");
            await client.SendFrameAsync(WireOpcode.Pong, ping.Payload);
        }
    });

    [Fact]
    public async Task Any_activity_counts_as_life()
    {
        var ways = new Func<WireClient, Task>[]
        {
            client => client.SendFrameAsync(WireOpcode.Pong, default),
            client => client.SendTextAsync("x"),
            client => client.SendTextAsync(""),
            client => client.SendFrameAsync(WireOpcode.Ping, default),
            client => client.SendFrameAsync(WireOpcode.Pong, "unasked"u8.ToArray()),
        };
        await AtEveryDoorAsync(async door => await Task.WhenAll(ways.Select(way => StaysAsync(door, way))));
    }

    [Fact]
    public Task A_silent_client_is_told_and_closed_with_1011() => AtEveryDoorAsync(async door =>
    {
        await using var client = await impatient.ConnectAsync(door);
        client.AnswerPings = false;
        await client.UpgradeAsync(ChannelsGateway.Target(door, "/a"));
        var close = await client.ReadCloseAsync();
        Assert.Equal((1011, "no answer to a ping within 0.5 s"), (close.CloseCode, close.CloseReason));
        Assert.Empty((await client.ReadToEndAsync()).Bytes);
    });

    [Fact]
    public Task A_client_that_answers_pings_stays() => AtEveryDoorAsync(async door =>
    {
        await using var client = await patient.SubscribeAsync(door, patient.NewChannel());
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < 2 * Patience)
        {
            var ping = await client.ReadFrameAsync();
            Assert.Equal(WireOpcode.Ping, ping.Opcode);
            await client.SendFrameAsync(WireOpcode.Pong, ping.Payload);
        }
        await client.SyncAsync();
    });

    [Fact]
    public async Task A_half_open_connection_is_noticed()
    {
        // It neither reads nor writes, and nothing tells the gateway that it is gone: as behind a cut cable.
        await using var gateway = await ChannelsGateway.StartAsync("""
            "PingInterval": "00:00:00.5", "PongTimeout": "00:00:00.5"
            """);
        await using var clients = new Clients();
        foreach (var door in Enum.GetValues<Door>())
        {
            clients.Add(await gateway.ConnectAsync(door));
            await clients[^1].UpgradeAsync(ChannelsGateway.Target(door, "/a"));
        }
        await gateway.IsDesertedAsync(clients.Count);
        Assert.Equal(clients.Count, (await gateway.Gateway.MetricsAsync()).Sum("gateway_connections_closed_total", ("reason", "ping_timeout")));
    }

    // Longer than the gateway waits for a silent client, and without a pong unless that is the way.
    async Task StaysAsync(Door door, Func<WireClient, Task> showLifeAsync)
    {
        await using var client = await patient.SubscribeAsync(door, patient.NewChannel());
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < 2 * Patience)
        {
            var frame = await client.ReadFrameAsync();
            Assert.True(frame.Opcode is not (WireOpcode.Close or WireOpcode.End), frame.ToString());
            if (frame.Opcode == WireOpcode.Ping)
                await showLifeAsync(client);
        }
    }

    static Task AtEveryDoorAsync(Func<Door, Task> test) => Task.WhenAll(Enum.GetValues<Door>().Select(test));
}
