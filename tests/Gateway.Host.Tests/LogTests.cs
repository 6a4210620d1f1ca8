using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Host.Tests;

public class LogTests
{
    const string Marker = "hunter2";

    [Fact]
    public async Task The_log_is_one_JSON_object_a_line()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        await Run.StopAsync(gateway);

        Assert.NotEmpty(gateway.Stderr);
        Assert.All(gateway.Stderr, line =>
        {
            var entry = JsonDocument.Parse(line).RootElement;
            foreach (string key in new[] { "Timestamp", "EventId", "LogLevel", "Category", "Message" })
                Assert.True(entry.TryGetProperty(key, out _), $"{key} is missing: {line}");
        });
    }

    [Fact]
    public async Task What_clients_send_is_never_logged()
    {
        await using var gateway = await GatewayProcess.StartAsync(Run.Channels);
        var address = gateway.Address("Channels");
        (string, string?) token = ("Authorization", $"Bearer {Marker}");
        string target = $"/channels/a?token={Marker}";

        await using (var client = await WireClient.ConnectAsync(address))
        {
            Assert.Equal(101, (await client.UpgradeAsync(target, token, ("Cookie", Marker))).Status);
            await client.SendTextAsync(Marker);
            Assert.Equal(Marker, (await client.ReadMessageAsync()).Text);
            await Run.RequestAsync(address, "POST", target, Marker, token);
            Assert.Equal(Marker, (await client.ReadMessageAsync()).Text);
            await client.SendFrameAsync(WireOpcode.Text, System.Text.Encoding.UTF8.GetBytes(Marker), rsv: 5);
            Assert.Equal(1002, (await client.ReadMessageAsync()).CloseCode);
        }
        foreach (string request in new[]
        {
            $"GET /{Marker} {Marker} HTTP/1.1\r\nHost: a\r\n\r\n",
            $"GET {Marker} HTTP/1.1\r\nHost: a\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: {Marker} {Marker}\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: a\r\n{Marker}\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: {Marker}{new string('x', 40_000)}\r\n\r\n",
            $"POST {target} HTTP/1.1\r\nHost: a\r\nContent-Length: {Marker}\r\n\r\n",
            $"POST {target} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{Marker}\r\n\r\n",
            $"POST /nothing?{Marker} HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n{Marker}",
        })
        {
            await using var client = await WireClient.ConnectAsync(address);
            await client.SendAsync(request);
            Assert.InRange((await client.ReadReplyAsync()).Status, 400, 499);
        }
        // Half a body, and a client that is gone.
        await using (var client = await WireClient.ConnectAsync(address))
        {
            await client.SendAsync($"POST {target} HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{Marker}");
            client.Reset();
        }
        await Run.StopAsync(gateway);

        Assert.All(gateway.Stderr.Concat(gateway.Stdout), line => Assert.DoesNotContain(Marker, line, StringComparison.Ordinal));
        // Whatever clients do is no error of the gateway's.
        Assert.All(gateway.Stderr, line => Assert.Equal("Information", JsonDocument.Parse(line).RootElement.GetProperty("LogLevel").GetString()));
    }
}
