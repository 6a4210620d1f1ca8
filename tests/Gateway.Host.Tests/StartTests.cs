using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Gateway.Testing;

namespace Gateway.Host.Tests;

public class StartTests
{
    [SkippableTheory]
    [InlineData(GatewayProcess.SigTerm)]
    [InlineData(GatewayProcess.SigInt)]
    public async Task The_gateway_says_where_its_modules_are_and_stops_on_a_signal(int signal)
    {
        Skip.If(Run.Ignores(signal), $"Signal {signal} is ignored here, as in a shell's background jobs, and so it is by whatever is started here.");
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);

        Assert.Equal(2, gateway.Stdout.Count);
        Assert.Matches(@"^Channels http://127\.0\.0\.1:[1-9]\d*/channels$", gateway.Stdout[0]);
        Assert.Matches(@"^Gateway ready in \d+ ms$", gateway.Stdout[1]);
        Assert.Equal(200, (await Run.GetAsync(gateway.Address("Channels"), "/channels/a")).Status);

        gateway.Signal(signal);

        Assert.Equal(0, await gateway.ExitAsync(Run.ExitLimit));
        Assert.Equal(2, gateway.Stdout.Count);
    }

    [Fact]
    public async Task The_time_until_ready_is_that_of_the_whole_process()
    {
        long start = Environment.TickCount64;
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        long took = Environment.TickCount64 - start;

        int said = int.Parse(Regex.Match(gateway.Stdout[^1], @"\d+").Value, CultureInfo.InvariantCulture);

        // The system tells the start of a process in hundredths of a second.
        Assert.InRange(said, 50, took + 50);
    }

    [Fact]
    public async Task The_configuration_may_lie_elsewhere()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("other.json", Run.Channels.Replace("{}", """{ "Path": "/elsewhere" }""", StringComparison.Ordinal));

        await using var gateway = await GatewayProcess.StartAsync(args: ["--config", file]);

        Assert.EndsWith("/elsewhere", gateway.Stdout[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_configuration_no_module_runs_and_the_gateway_says_so()
    {
        await using var gateway = await GatewayProcess.StartAsync(args: ["--Urls=http://127.0.0.1:0"]);

        Assert.Matches("^Gateway ready", Assert.Single(gateway.Stdout));
        await Eventually.BecomesTrueAsync(
            () => gateway.Stderr.Any(line => line.Contains("No module is enabled", StringComparison.Ordinal) && line.Contains("gateway.json", StringComparison.Ordinal)),
            "the remark that no module is enabled");
        Assert.Equal(0, (await Run.StopAsync(gateway)).ExitCode);
    }

    [Fact]
    public async Task A_taken_port_ends_the_start_with_a_line_that_names_it()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        string address = $"127.0.0.1:{((IPEndPoint)taken.LocalEndPoint!).Port}";

        var (exitCode, stdout, stderr) = await GatewayProcess.RunAsync(Run.Channels.Replace("127.0.0.1:0", address, StringComparison.Ordinal));

        Assert.Equal(2, exitCode);
        Assert.Empty(stdout);
        Assert.Contains(stderr.Split('\n'), line =>
            line.StartsWith("The gateway cannot listen: ", StringComparison.Ordinal) && line.Contains(address, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://192.0.2.1:8080", "192.0.2.1:8080")]
    [InlineData("http://unix:/nowhere/at/all.sock", "/nowhere/at/all.sock")]
    public async Task An_address_that_cannot_be_listened_on_is_named(string url, string named)
    {
        var (exitCode, _, stderr) = await GatewayProcess.RunAsync($$"""{ "Urls": ["http://127.0.0.1:0", "{{url}}"] }""");

        Assert.Equal(2, exitCode);
        Assert.Contains(stderr.Split('\n'), line =>
            line.StartsWith("The gateway cannot listen: ", StringComparison.Ordinal) && line.Contains(named, StringComparison.Ordinal));
    }
}
