using Gateway.Testing;

namespace Gateway.Host.Tests;

public class CommandLineTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("check-config", "--help")]
    public async Task Help_tells_how_the_program_is_used(params string[] args)
    {
        var (exitCode, stdout, stderr) = await GatewayProcess.RunAsync(args: args);

        Assert.Equal(0, exitCode);
        Assert.Empty(stderr);
        foreach (string word in new[] { "check-config", "--config FILE", "--Section:Key=value", "--version", "GATEWAY_", "Exit codes" })
            Assert.Contains(word, stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        var (exitCode, stdout, stderr) = await GatewayProcess.RunAsync(args: ["--version"]);

        Assert.Equal(0, exitCode);
        Assert.Matches(@"^Gateway \d+\.\d+\.\d+$", stdout);
        Assert.Empty(stderr);
    }

    [Theory]
    [InlineData("\"frobnicate\" is no command", "frobnicate")]
    [InlineData("\"-x\" is no command", "-x")]
    [InlineData("\"extra\" is no command", "check-config", "extra")]
    [InlineData("--frobnicate: is not a setting", "--frobnicate")]
    [InlineData("frobnicate: unknown key", "--frobnicate=1")]
    [InlineData("--config needs a file", "--config")]
    [InlineData("missing.json: cannot be read", "--config", "missing.json")]
    [InlineData("missing.json: cannot be read", "check-config", "--config=missing.json")]
    public async Task What_the_command_line_does_not_know_is_refused(string said, params string[] args)
    {
        var (exitCode, stdout, stderr) = await GatewayProcess.RunAsync(Run.Channels, args);

        Assert.Equal(1, exitCode);
        Assert.Empty(stdout);
        Assert.Contains(said, stderr.Split('\n')[0], StringComparison.Ordinal);
    }
}
