using System.Diagnostics;
using System.Net.Sockets;
using Gateway.Testing;

namespace Gateway.Host.Tests;

public class DrainTests
{
    static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);

    // What a busy machine may add; far less than Drain:Limit, until which a drain lasts that something holds.
    static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task With_no_client_there_is_nothing_to_wait_for()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        await using var idle = await WireClient.ConnectAsync(gateway.Address("Channels"));
        await using var keptAlive = await WireClient.ConnectAsync(gateway.Address("Channels"));
        Assert.Equal(200, (await keptAlive.RequestAsync("GET", "/")).Status);

        var (exitCode, took) = await Run.StopAsync(gateway);

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, Slack);
    }

    [Fact]
    public async Task The_window_ends_early_when_the_clients_leave()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Drain": { "Window": "00:00:30", "Limit": "00:01:00" }, "Modules": { "Channels": {} } }""");
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Run.OpenAsync(gateway.Address("Channels"), $"/channels/{i}")));
        var watch = Stopwatch.StartNew();
        gateway.Signal(GatewayProcess.SigTerm);

        // The first of them is sent away; the others go without having been told.
        await Task.WhenAll(clients.Select(async client =>
        {
            await client.SendCloseAsync();
            Assert.Contains((await client.ReadMessageAsync()).CloseCode, new int?[] { 1000, 1001 });
            await client.DisposeAsync();
        }));

        Assert.Equal(0, await gateway.ExitAsync(TimeSpan.FromSeconds(60)));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_window_of_nothing_sends_everybody_away_at_once()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Drain": { "Window": "00:00:00" }, "Modules": { "Channels": {} } }""");
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Run.OpenAsync(gateway.Address("Channels"), $"/channels/{i}")));

        var stopped = Run.StopAsync(gateway);
        await Task.WhenAll(clients.Select(async client =>
        {
            Assert.Equal(1001, (await client.ReadMessageAsync()).CloseCode);
            await client.SendCloseAsync();
            await client.DisposeAsync();
        }));

        var (exitCode, took) = await stopped;
        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, Slack);
    }

    [Fact]
    public async Task Clients_that_never_answer_hold_a_gateway_of_default_settings_no_longer_than_eight_seconds()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        var silent = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Run.OpenAsync(gateway.Address("Channels"), $"/channels/{i}")));

        var (exitCode, took) = await Run.StopAsync(gateway);

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(8));
        foreach (var client in silent)
        {
            Assert.Equal(1001, (await client.ReadFrameAsync()).CloseCode);
            await client.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Clients_that_are_still_there_at_the_limit_are_cut(string takeOver)
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """
            { "Urls": "http://127.0.0.1:0", "Drain": { "Window": "00:05:00", "Limit": "00:00:01" }, "Modules": { "Channels": {}, "JsonStore": {} } }
            """,
            [$"--TakeOverConnections={takeOver}"]);
        var webSockets = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Run.OpenAsync(gateway.Address("Channels"), $"/channels/{i}")));
        var streams = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => WireClient.ConnectAsync(gateway.Address("JsonStore"))));
        foreach (var stream in streams)
        {
            await stream.SendAsync("GET /json/a HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n");
            Assert.Equal(200, (await stream.ReadReplyAsync(toHead: true)).Status);
        }

        var (exitCode, took) = await Run.StopAsync(gateway);

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1) + GoodbyeTime + Slack);
        Assert.Contains(gateway.Stdout.Concat(gateway.Stderr), line => line.Contains("they had not ended after 00:00:01", StringComparison.Ordinal));
        var ends = await Task.WhenAll(webSockets.Concat(streams).Select(client => client.ReadToEndAsync()));
        // The first is told at once, the others would have been later; a stream that is told ends by itself.
        Assert.True(ends.Count(end => end.End == WireEnd.Reset) >= 19);
        foreach (var client in webSockets.Concat(streams))
            await client.DisposeAsync();
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_nothing_up()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Drain": { "Window": "00:00:00.5" }, "Modules": { "Channels": { "QueueBytes": 0 } } }""");
        var address = gateway.Address("Channels");
        await using var stalled = await WireClient.ConnectAsync(address, receiveBufferSize: 4096);
        Assert.Equal(101, (await stalled.UpgradeAsync("/channels/a")).Status);
        await using (var publisher = await WireClient.ConnectAsync(address))
        {
            string message = new('x', 60_000);
            await Eventually.BecomesTrueAsync(
                async () =>
                {
                    await publisher.RequestAsync("POST", "/channels/a", message);
                    return (await Run.MetricsAsync(address)).Sum("gateway_queue_bytes") > 1_000_000;
                },
                "the queue to fill");
        }

        var (exitCode, took) = await Run.StopAsync(gateway);

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(0.5) + GoodbyeTime + Slack);
    }

    [Theory]
    [InlineData("GET / HTT")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\nGET / HT")]
    public async Task Half_a_request_does_not_hold_the_drain(string half)
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        await using var client = await WireClient.ConnectAsync(gateway.Address("Channels"));
        await client.SendAsync(half);
        // A request on another connection, sent after it and answered: the gateway has seen that half.
        await Run.GetAsync(gateway.Address("Channels"), "/health/live");

        var (exitCode, took) = await Run.StopAsync(gateway);

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(3) + Slack);
    }

    [Fact]
    public async Task A_body_that_stops_in_the_middle_does_not_hold_the_drain()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        await using var client = await WireClient.ConnectAsync(gateway.Address("Channels"));
        await client.SendAsync("POST /channels/a HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
        await Run.GetAsync(gateway.Address("Channels"), "/health/live");

        var (exitCode, took) = await Run.StopAsync(gateway);

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task Half_open_sockets_do_not_hold_the_drain()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        using var webSocket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var silent = new Socket(SocketType.Stream, ProtocolType.Tcp);
        foreach (var socket in new[] { webSocket, silent })
        {
            await socket.ConnectAsync("127.0.0.1", gateway.Address("Channels").Port);
            socket.Shutdown(SocketShutdown.Receive);
        }
        await webSocket.SendAsync("GET /channels/a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"u8.ToArray());
        await Eventually.BecomesTrueAsync(
            async () => (await Run.MetricsAsync(gateway.Address("Channels"))).Sum("gateway_connections_opened_total") == 1, "the WebSocket to open");
        webSocket.Shutdown(SocketShutdown.Both);

        var (exitCode, took) = await Run.StopAsync(gateway);

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, GoodbyeTime + Slack);
    }
}
