using System.Diagnostics;
using System.Net.Sockets;
using Gateway.Testing;

namespace Gateway.Host.Tests;

public class DrainUnderLoadTests
{
    const int Clients = 200;
    const int Many = 5000;

    static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Everybody_is_sent_away_politely_over_the_window_while_messages_flow()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Drain": { "Window": "00:00:02" }, "Modules": { "Channels": {} } }""");
        var address = gateway.Address("Channels");
        var clients = new List<WireClient>();
        for (int i = 0; i < Clients; i++)
            clients.Add(await Run.OpenAsync(address, $"/channels/{i % 4}"));
        using var over = new CancellationTokenSource();
        var publishers = Enumerable.Range(0, 4).Select(i => PublishAsync(address, $"/channels/{i}", over.Token)).ToList();
        foreach (var client in clients)
            Assert.Equal("tick", (await client.ReadMessageAsync()).Text);

        var watch = Stopwatch.StartNew();
        var farewells = clients.Select(client => FarewellAsync(client, watch)).ToList();
        gateway.Signal(GatewayProcess.SigTerm);
        await AssertRefusesNewcomersAsync(address);

        var told = await Task.WhenAll(farewells);
        int exitCode = await gateway.ExitAsync(TimeSpan.FromSeconds(60));
        var took = watch.Elapsed;
        await over.CancelAsync();
        await Task.WhenAll(publishers);

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.FromSeconds(1.5), Window + TimeSpan.FromSeconds(3));
        Assert.All(told, farewell => Assert.Equal(1001, farewell.Close.CloseCode));
        Assert.All(told, farewell => Assert.NotEmpty(farewell.Close.CloseReason));
        var times = told.Select(farewell => farewell.At.TotalSeconds).Order().ToList();
        Assert.InRange(times[0], 0, 0.8);
        Assert.InRange(times[Clients / 2], 0.5, 2.2);
        Assert.InRange(times[^1], 1.6, Window.TotalSeconds + 1.5);
    }

    [Fact]
    public async Task Five_thousand_are_sent_away_within_the_window()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Drain": { "Window": "00:00:10", "Limit": "00:01:00" }, "Modules": { "Channels": {} } }""");
        var address = gateway.Address("Channels");
        var clients = new List<WireClient>();
        while (clients.Count < Many)
            clients.AddRange(await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Run.OpenAsync(address, $"/channels/{i}"))));

        var watch = Stopwatch.StartNew();
        var farewells = clients.Select(client => FarewellAsync(client, watch)).ToList();
        gateway.Signal(GatewayProcess.SigTerm);
        var told = await Task.WhenAll(farewells);
        int exitCode = await gateway.ExitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, exitCode);
        Assert.All(told, farewell => Assert.Equal(1001, farewell.Close.CloseCode));
        var times = told.Select(farewell => farewell.At.TotalSeconds).Order().ToList();
        // Evenly: a tenth of them in each tenth of it, give or take what a loaded machine adds.
        Assert.InRange(times[Many / 2], 3, 8);
        Assert.InRange(times[^1], 8, 15);
        Assert.DoesNotContain(gateway.Stderr, line => line.Contains("DrainOverdue", StringComparison.Ordinal) || line.Contains("1202", StringComparison.Ordinal));
    }

    /// <summary>Without the headers a script of another page sees a network error, not that it is to come again.</summary>
    [Fact]
    public async Task Pages_of_other_origins_can_read_that_it_drains()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Modules": { "Streams": { "AllowedOrigins": ["https://app.example"] } } }""");
        var address = gateway.Address("Streams");
        // As long as it sends, the gateway waits for it.
        await using var producer = await WireClient.ConnectAsync(address);
        await producer.SendAsync("POST /stream/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        Assert.Equal(201, (await producer.ReadReplyAsync(toHead: true)).Status);
        await using var page = await WireClient.ConnectAsync(address);
        await page.SendAsync("GET /stream/a HTTP/1.1\r\nHost: localhost\r\n");

        gateway.Signal(GatewayProcess.SigTerm);
        // It stops to listen once it drains.
        await Eventually.BecomesTrueAsync(() => IsNobodyThereAsync(address), "the drain");
        await page.SendAsync("Origin: https://app.example\r\n\r\n");
        var reply = await page.ReadReplyAsync();

        Assert.Equal((503, "https://app.example"), (reply.Status, reply.Header("Access-Control-Allow-Origin")));
        Assert.NotNull(reply.Header("Retry-After"));
    }

    static async Task<(WireFrame Close, TimeSpan At)> FarewellAsync(WireClient client, Stopwatch watch)
    {
        while (true)
        {
            var frame = await client.ReadMessageAsync();
            if (frame.Opcode == WireOpcode.Text)
                continue;
            var at = watch.Elapsed;
            Assert.Equal(WireOpcode.Close, frame.Opcode);
            await client.SendCloseAsync(frame.CloseCode);
            Assert.Equal(WireOpcode.End, (await client.ReadFrameAsync()).Opcode);
            await client.DisposeAsync();
            return (frame, at);
        }
    }

    // Until the gateway takes no more.
    static async Task PublishAsync(Uri address, string target, CancellationToken over)
    {
        try
        {
            await using var client = await WireClient.ConnectAsync(address);
            while (!over.IsCancellationRequested)
            {
                await client.RequestAsync("POST", target, "tick");
                await Task.Delay(5, over);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or EndOfStreamException)
        {
            // It has stopped.
        }
    }

    static async Task<bool> IsNobodyThereAsync(Uri address)
    {
        try
        {
            await using var client = await WireClient.ConnectAsync(address);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    static Task AssertRefusesNewcomersAsync(Uri address) => Eventually.BecomesTrueAsync(
        async () =>
        {
            try
            {
                await using var client = await WireClient.ConnectAsync(address);
                return (await client.UpgradeAsync("/channels/a")).Status == 503;
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                return true;
            }
        },
        "newcomers to be refused",
        TimeSpan.FromSeconds(1));
}
