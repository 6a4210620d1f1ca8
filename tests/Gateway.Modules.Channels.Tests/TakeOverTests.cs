using Gateway.Testing;

namespace Gateway.Modules.Channels.Tests;

/// <summary>The setting <c>TakeOverConnections</c>, as a process has it.</summary>
public class TakeOverTests
{
    const string Reactor = "gateway-reactor";

    [Theory]
    [InlineData("", true)]
    [InlineData("--TakeOverConnections=false", false)]
    public async Task A_client_is_served_alike_whether_its_connection_leaves_the_web_server_or_stays(string setting, bool leaves)
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": ["http://127.0.0.1:0"], "Modules": { "Channels": { "MaxMessageBytes": 200000 } } }""", setting.Length == 0 ? [] : [setting]);
        Assert.Equal(leaves, Threads(gateway.Pid).Contains(Reactor));
        var address = gateway.Address("Channels");
        await using var client = await WireClient.ConnectAsync(address);

        var reply = await client.UpgradeAsync("/channels/room");
        Assert.Equal(101, reply.Status);
        foreach (int length in new[] { 1, 1_000, 70_000, 200_000 })
        {
            string text = new('x', length);
            await client.SendTextAsync(text);
            Assert.Equal(text, (await client.ReadMessageAsync()).Text);
        }
        await using var publisher = await WireClient.ConnectAsync(address);
        Assert.Equal(200, (await publisher.RequestAsync("POST", "/channels/room", "hello")).Status);
        Assert.Equal("hello", (await client.ReadMessageAsync()).Text);

        gateway.Signal(GatewayProcess.SigTerm);
        Assert.Equal(1001, (await client.ReadMessageAsync()).CloseCode);
        await client.SendCloseAsync(1001);
        Assert.Equal(WireEnd.EndOfStream, (await client.ReadToEndAsync()).End);
        Assert.Equal(0, await gateway.ExitAsync(TimeSpan.FromSeconds(30)));
    }

    static IEnumerable<string> Threads(int process) =>
        Directory.EnumerateDirectories($"/proc/{process}/task").Select(thread => File.ReadAllText(Path.Combine(thread, "comm")).Trim());
}
