using System.Diagnostics;
using Gateway.Testing;

namespace Gateway.Host.Tests;

/// <summary>The alerts and the dashboard name series that there are, and each alert has an entry in the handbook.</summary>
public class AlertTests
{
    static readonly string Deploy = Path.Combine(Repository.Root, "deploy");

    [SkippableFact]
    public async Task The_alerts_fire_when_they_should()
    {
        string? promtool = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "promtool")).FirstOrDefault(File.Exists);
        Skip.If(promtool == null, "promtool is not on PATH");
        using var test = Process.Start(new ProcessStartInfo(promtool!, ["test", "rules", "alerts.test.yml"])
        {
            WorkingDirectory = Path.Combine(Deploy, "prometheus"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string said = string.Concat(await Task.WhenAll(test.StandardOutput.ReadToEndAsync(), test.StandardError.ReadToEndAsync()).WaitAsync(TimeSpan.FromMinutes(1)));
        await test.WaitForExitAsync();

        Assert.True(test.ExitCode == 0, said);
    }

    [Theory]
    [InlineData("prometheus/alerts.yml")]
    [InlineData("grafana/gateway.json")]
    public async Task Their_series_are_there(string file)
    {
        await using var gateway = await GatewayProcess.StartAsync(
            """
            {
              "Urls": "http://127.0.0.1:0", "Redis": { "EmbeddedPort": 0 },
              "Modules": { "Channels": {}, "Router": {}, "Streams": { "Path": "/" }, "JsonStore": {} }
            }
            """);
        // Reasons to close are shown once somebody has connected.
        await using var client = await Run.OpenAsync(gateway.Address("Channels"), "/channels/a");
        string page = (await Run.GetAsync(gateway.Address("Channels"), "/metrics")).Text;
        // Those that appear with the first observation, or with a certificate.
        string[] later = ["gateway_auth_refused_total", "gateway_fanout_latency_seconds", "gateway_router_callback_duration_seconds", "gateway_log_commit_latency_seconds", "gateway_tls_certificate_expiry_seconds"];
        var named = System.Text.RegularExpressions.Regex.Matches(await File.ReadAllTextAsync(Path.Combine(Deploy, file)), @"gateway_\w+(?=[\s{\[)""]|$)")
            .Select(match => match.Value).Distinct().ToList();

        Assert.NotEmpty(named);
        Assert.All(
            named.Where(name => !later.Any(late => name.StartsWith(late, StringComparison.Ordinal))),
            name => Assert.Matches($@"\n{name}[{{ ]", page));
    }

    [Fact]
    public void Each_alert_has_an_entry_in_the_handbook()
    {
        string handbook = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operating.md"));
        var alerts = File.ReadLines(Path.Combine(Deploy, "prometheus", "alerts.yml"))
            .Where(line => line.Contains("- alert: ", StringComparison.Ordinal)).Select(line => line.Split(": ")[1].Trim()).ToList();

        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert => Assert.Contains($"### {alert}", handbook, StringComparison.Ordinal));
    }
}
