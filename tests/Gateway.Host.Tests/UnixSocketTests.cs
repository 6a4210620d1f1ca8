using Gateway.Testing;

namespace Gateway.Host.Tests;

public sealed class UnixSocketTests : IDisposable
{
    const int SigKill = 9;

    readonly TemporaryFolder _folder = new();

    string Socket => Path.Combine(_folder.Path, "g.sock");

    string Config => $$"""{ "Urls": "http://unix:{{Socket}}", "Modules": { "Channels": {} } }""";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_unix_socket_is_an_address_like_any_other_and_its_file_goes_at_the_end()
    {
        await using var gateway = await GatewayProcess.StartAsync(Config);
        Assert.Equal($"Channels http://unix:{Socket}:/channels", gateway.Stdout[0]);

        await using (var client = await Run.OpenAsync(gateway.Address("Channels"), "/channels/a"))
        {
            await client.SendTextAsync("hello");
            Assert.Equal("hello", (await client.ReadMessageAsync()).Text);
        }

        Assert.Equal(0, (await Run.StopAsync(gateway)).ExitCode);
        Assert.False(File.Exists(Socket));
    }

    [Fact]
    public async Task The_socket_file_of_a_killed_gateway_is_no_obstacle()
    {
        await using (var killed = await GatewayProcess.StartAsync(Config))
        {
            killed.Signal(SigKill);
            await killed.ExitAsync(Run.ExitLimit);
        }
        Assert.True(File.Exists(Socket));

        await using var gateway = await GatewayProcess.StartAsync(Config);

        Assert.Equal(200, (await Run.GetAsync(gateway.Address("Channels"), "/health/live")).Status);
    }

    [Fact]
    public async Task The_socket_of_a_gateway_that_lives_is_not_taken_from_it()
    {
        await using var gateway = await GatewayProcess.StartAsync(Config);

        var (exitCode, _, stderr) = await GatewayProcess.RunAsync(Config);

        Assert.Equal(2, exitCode);
        Assert.Contains(stderr.Split('\n'), line =>
            line.StartsWith("The gateway cannot listen: ", StringComparison.Ordinal) && line.Contains(Socket, StringComparison.Ordinal));
        Assert.Equal(200, (await Run.GetAsync(gateway.Address("Channels"), "/health/live")).Status);
    }
}
