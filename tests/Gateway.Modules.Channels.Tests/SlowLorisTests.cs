using System.Diagnostics;
using System.Text;
using Gateway.Testing;

namespace Gateway.Modules.Channels.Tests;

/// <summary>A client that takes for ever to ask. This test takes the time that the gateway allows.</summary>
public class SlowLorisTests
{
    // The gateway allows 10 seconds and looks once a second; the rest is for a busy machine.
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    [Fact]
    public async Task A_request_that_comes_byte_by_byte_is_cut_while_others_are_served()
    {
        await using var gateway = await ChannelsGateway.StartAsync();
        using var done = new CancellationTokenSource();
        var others = ServedAsync(gateway, done.Token);
        await Task.WhenAll(Enum.GetValues<Door>().Select(door => CutAsync(gateway, door)));
        await done.CancelAsync();
        Assert.True(await others > 10);
    }

    static async Task CutAsync(ChannelsGateway gateway, Door door)
    {
        await using var client = await gateway.ConnectAsync(door);
        using var ended = new CancellationTokenSource();
        var watch = Stopwatch.StartNew();
        var trickling = TrickleAsync(client, ended.Token);
        var (bytes, end) = await client.ReadToEndAsync(Limit);
        await ended.CancelAsync();
        await trickling;
        Assert.NotEqual(WireEnd.None, end);
        Assert.True(watch.Elapsed > TimeSpan.FromSeconds(5), $"cut after {watch.Elapsed} already");
        if (bytes.Length > 0)
            Assert.StartsWith("HTTP/1.1 408 ", Encoding.ASCII.GetString(bytes), StringComparison.Ordinal);
    }

    static async Task TrickleAsync(WireClient client, CancellationToken cancellation)
    {
        try
        {
            await client.SendAsync("GET /a HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
            while (true)
            {
                await Task.Delay(200, cancellation);
                await client.SendAsync("x");
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The gateway has had enough.
        }
    }

    static async Task<int> ServedAsync(ChannelsGateway gateway, CancellationToken cancellation)
    {
        int served = 0;
        for (; !cancellation.IsCancellationRequested; served++)
        {
            foreach (var door in Enum.GetValues<Door>())
                Assert.Equal(200, (await gateway.PostAsync(door, "/a", "hello")).Status);
            await Task.Delay(100, CancellationToken.None);
        }
        return served;
    }
}
