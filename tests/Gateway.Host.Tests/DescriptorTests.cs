using System.Net.Sockets;
using Gateway.Testing;

namespace Gateway.Host.Tests;

/// <summary>A process that may open few descriptors, and clients that want more.</summary>
public class DescriptorTests
{
    const int Limit = 400;
    const string Failed = "No connection can be accepted on";

    [SkippableTheory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task When_descriptors_run_out_those_that_are_connected_go_on_and_others_wait_until_some_come_free(string takeOver)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the limit is set by a shell");
        await using var gateway = await GatewayProcess.StartAsync(
            Run.Channels, ["-c", $"ulimit -n {Limit}; exec \"{Repository.Dotnet}\" \"{Repository.GatewayProgram}\" --TakeOverConnections={takeOver}"], program: "/bin/sh");
        var address = gateway.Address("Channels");
        await using var connected = await Run.SubscribeAsync(address, "/channels/a");
        // All that a newcomer needs has been loaded once.
        Assert.Equal(200, (await Run.RequestAsync(address, "POST", "/channels/a", "before")).Status);
        Assert.Equal("before", (await connected.ReadMessageAsync()).Text);

        var crowd = Enumerable.Range(0, Limit).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp)).ToList();
        try
        {
            foreach (var socket in crowd)
                await socket.ConnectAsync("127.0.0.1", address.Port).WaitAsync(TimeSpan.FromSeconds(30));
            if (takeOver == "true")
                await Eventually.BecomesTrueAsync(() => gateway.Stdout.Concat(gateway.Stderr).Any(line => line.Contains(Failed, StringComparison.Ordinal)), "the log to say so");
            await connected.SendTextAsync("meanwhile");
            Assert.Equal("meanwhile", (await connected.ReadMessageAsync()).Text);
        }
        finally
        {
            crowd.ForEach(socket => socket.Dispose());
        }

        await using var newcomer = await Run.SubscribeAsync(address, "/channels/a");
        await newcomer.SendTextAsync("after");
        Assert.Equal("after", (await connected.ReadMessageAsync()).Text);
        Assert.Equal("after", (await newcomer.ReadMessageAsync()).Text);
    }
}
