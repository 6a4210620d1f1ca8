using Gateway.Testing;

namespace Gateway.Host.Tests;

/// <summary>Each layer of the configuration comes over the one before; which one wins is seen by the module's address.</summary>
public class LayerTests
{
    [Theory]
    [InlineData("/file", null, null, null)]
    [InlineData("/overlay", "/overlay", null, null)]
    [InlineData("/variable", "/overlay", "/variable", null)]
    [InlineData("/line", "/overlay", "/variable", "/line")]
    [InlineData("/variable", null, "/variable", null)]
    [InlineData("/line", null, null, "/line")]
    public async Task The_topmost_layer_decides(string expected, string? overlay, string? variable, string? line)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("gateway.json", WithPath("/file"));
        var environment = new Dictionary<string, string> { ["DOTNET_ENVIRONMENT"] = "Staging" };
        List<string> args = ["--config", file];
        // Beside the file, not in the working directory, and of this environment only.
        folder.Write("gateway.Production.json", WithPath("/production"));
        if (overlay != null)
            folder.Write("gateway.Staging.json", WithPath(overlay));
        if (variable != null)
            environment["GATEWAY_Modules__Channels__Path"] = variable;
        if (line != null)
            args.Add($"--Modules:Channels:Path={line}");

        await using var gateway = await GatewayProcess.StartAsync(args: args, environment: environment);

        var address = gateway.Address("Channels");
        Assert.Equal(expected, address.AbsolutePath);
        Assert.Equal(200, (await Run.GetAsync(address, $"{expected}/a")).Status);
        Assert.Equal(404, (await Run.GetAsync(address, "/elsewhere/a")).Status);
    }

    [Fact]
    public async Task A_variable_switches_a_module_off()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """{ "Urls": "http://127.0.0.1:0", "Admin": { "Listen": "http://127.0.0.1:0" }, "Modules": { "Channels": {} } }""",
            ["--Modules:Channels:Listen=http://127.0.0.1:0"],
            new Dictionary<string, string> { ["GATEWAY_Modules__Channels__Enabled"] = "false" });

        Assert.DoesNotContain(gateway.Stdout, line => line.StartsWith("Channels", StringComparison.Ordinal));
        // The operators' address is the only one that a start line names now.
        var live = await Run.GetAsync(gateway.Address("admin"), "/health/live");
        Assert.DoesNotContain("Channels", live.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_module_that_is_switched_off_is_not_at_its_path()
    {
        using var folder = new TemporaryFolder();
        string socket = Path.Combine(folder.Path, "s");
        await using var gateway = await GatewayProcess.StartAsync(
            $$"""{ "Urls": "http://unix:{{socket}}", "Modules": { "Channels": {} } }""",
            environment: new Dictionary<string, string> { ["GATEWAY_Modules__Channels__Enabled"] = "false" });
        var address = new Uri($"http://unix:{socket}");

        var reply = await Run.GetAsync(address, "/channels/a");

        Assert.Equal(404, reply.Status);
        Assert.Equal("not_found", Run.ProblemCode(reply));
    }

    static string WithPath(string path) =>
        $$"""{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": { "Path": "{{path}}" } } }""";
}
