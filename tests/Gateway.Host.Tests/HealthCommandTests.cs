using Gateway.Testing;

namespace Gateway.Host.Tests;

public class HealthCommandTests(ChannelsGateway gateway) : IClassFixture<ChannelsGateway>
{
    [Theory]
    [InlineData("/health/ready", 0)]
    [InlineData("/health/nothing", 2)]
    public async Task It_ends_as_the_page_says(string path, int expected)
    {
        var (exitCode, stdout, _) = await GatewayProcess.RunAsync(args: ["health", new Uri(gateway.Address, path).AbsoluteUri]);

        Assert.Equal(expected, exitCode);
        Assert.StartsWith("{", stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_answers_it_fails()
    {
        var (exitCode, _, stderr) = await GatewayProcess.RunAsync(args: ["health", "http://127.0.0.1:1/health/ready"]);

        Assert.Equal(2, exitCode);
        Assert.StartsWith("http://127.0.0.1:1/health/ready: ", stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("here")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://a/", "http://b/")]
    public async Task It_needs_one_URL(params string[] arguments)
    {
        var (exitCode, _, stderr) = await GatewayProcess.RunAsync(args: ["health", .. arguments]);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("health needs the URL", stderr, StringComparison.Ordinal);
    }
}
