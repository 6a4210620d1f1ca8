using System.Globalization;
using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Host.Tests;

/// <summary>What the tests of this project do over and over.</summary>
static class Run
{
    /// <summary>The Channels module on a free port.</summary>
    public const string Channels = """{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": {} } }""";

    /// <summary>More than enough for an exit that is due at once.</summary>
    public static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(30);

    /// <summary>Asks for <c>check-config</c>'s opinion.</summary>
    public static Task<(int ExitCode, string Stdout, string Stderr)> CheckAsync(
        string configJson, Dictionary<string, string>? environment = null) =>
        GatewayProcess.RunAsync(configJson, ["check-config"], environment);

    /// <summary>One request on a connection of its own.</summary>
    public static async Task<HttpReply> RequestAsync(
        Uri address, string method, string target, string? body = null, params (string Name, string? Value)[] headers)
    {
        await using var client = await WireClient.ConnectAsync(address);
        return await client.RequestAsync(method, target, body, headers);
    }

    /// <summary>A GET on a connection of its own.</summary>
    public static Task<HttpReply> GetAsync(Uri address, string target) => RequestAsync(address, "GET", target);

    /// <summary>An open WebSocket.</summary>
    public static async Task<WireClient> OpenAsync(Uri address, string target)
    {
        var client = await WireClient.ConnectAsync(address);
        var reply = await client.UpgradeAsync(target);
        Assert.True(reply.Status == 101, reply.ToString());
        return client;
    }

    /// <summary>
    /// An open WebSocket whose module has begun to serve it: the handshake is answered a moment before that, and until
    /// then what others publish passes it by.
    /// </summary>
    public static async Task<WireClient> SubscribeAsync(Uri address, string target)
    {
        var client = await OpenAsync(address, target);
        await AwaitServedAsync(client);
        return client;
    }

    /// <summary>Sends the empty message that Channels answers to its sender alone, and awaits the answer.</summary>
    public static async Task AwaitServedAsync(WireClient client)
    {
        await client.SendTextAsync("");
        Assert.Equal("", (await client.ReadMessageAsync()).Text);
    }

    /// <summary>The metrics of a gateway that serves them at its shared address.</summary>
    public static Task<MetricsPage> MetricsAsync(Uri address) => Metrics.GetAsync(new Uri(address, "/metrics"));

    /// <summary>Sends SIGTERM and returns the exit code and the time that it took.</summary>
    public static async Task<(int ExitCode, TimeSpan Took)> StopAsync(GatewayProcess gateway)
    {
        long start = Environment.TickCount64;
        gateway.Signal(GatewayProcess.SigTerm);
        int exitCode = await gateway.ExitAsync(TimeSpan.FromSeconds(60));
        return (exitCode, TimeSpan.FromMilliseconds(Environment.TickCount64 - start));
    }

    /// <summary>The <c>code</c> of a refusal, which must be a whole one.</summary>
    public static string ProblemCode(HttpReply reply)
    {
        Assert.Equal("application/problem+json", reply.Header("Content-Type"));
        var problem = JsonDocument.Parse(reply.Body).RootElement;
        Assert.Equal(reply.Status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        return problem.GetProperty("code").GetString()!;
    }

    /// <summary>Whether this process ignores a signal; its children inherit that (proc(5), SigIgn).</summary>
    public static bool Ignores(int signal)
    {
        const string key = "SigIgn:";
        if (!File.Exists("/proc/self/status"))
            return false;
        string mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith(key, StringComparison.Ordinal))[key.Length..];
        return (ulong.Parse(mask.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (signal - 1))) != 0;
    }
}
