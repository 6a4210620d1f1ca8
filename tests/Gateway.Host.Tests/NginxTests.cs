using System.Globalization;
using Gateway.Testing;

namespace Gateway.Host.Tests;

/// <summary>The examples for nginx, with nginx.</summary>
public class NginxTests
{
    const string Behind = """{ "Urls": "http://127.0.0.1:0", "TrustedProxies": ["127.0.0.1"], "Modules": { "Channels": {}, "Streams": { "Path": "/" } } }""";

    [SkippableFact]
    public async Task One_gateway_serves_sockets_and_streams_and_keeps_its_pages()
    {
        await using var gateway = await GatewayProcess.StartAsync(Behind);
        await using var nginx = await StartAsync("one-gateway.conf", ("127.0.0.1:8080", gateway));

        await using var client = await Run.SubscribeAsync(nginx.Address, "/channels/a");
        Assert.Equal(200, (await Run.RequestAsync(nginx.Address, "POST", "/channels/a", "hello")).Status);
        Assert.Equal("hello", (await client.ReadMessageAsync()).Text);

        // The answer to a producer comes while its body is still being sent, and its bytes come before it has ended.
        await using var producer = await WireClient.ConnectAsync(nginx.Address);
        await producer.SendAsync($"POST /stream/live HTTP/1.1\r\nHost: {nginx.Address.Authority}\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nfirst\n\r\n");
        Assert.Equal(201, (await producer.ReadReplyAsync(toHead: true)).Status);
        await using var consumer = await WireClient.ConnectAsync(nginx.Address);
        await consumer.SendAsync($"GET /stream/live HTTP/1.1\r\nHost: {nginx.Address.Authority}\r\n\r\n");
        Assert.Equal(200, (await consumer.ReadReplyAsync(toHead: true)).Status);
        Assert.Equal("first\n", System.Text.Encoding.ASCII.GetString(await consumer.ReadChunkAsync()));

        foreach (string path in new[] { "/admin/", "/admin/api/overview", "/metrics", "/health/ready" })
            Assert.Equal(404, (await Run.GetAsync(nginx.Address, path)).Status);
    }

    [SkippableFact]
    public async Task Of_two_gateways_all_clients_of_a_path_meet_at_one()
    {
        await using var first = await GatewayProcess.StartAsync(Behind);
        await using var second = await GatewayProcess.StartAsync(Behind);
        await using var nginx = await StartAsync("two-gateways.conf", ("127.0.0.1:8081", first), ("127.0.0.1:8082", second));
        var clients = new List<WireClient>();
        for (int i = 0; i < 40; i++)
        {
            clients.Add(await Run.SubscribeAsync(nginx.Address, $"/channels/{i}"));
            clients.Add(await Run.SubscribeAsync(nginx.Address, $"/channels/{i}"));
        }

        for (int i = 0; i < 40; i++)
        {
            string text = i.ToString(CultureInfo.InvariantCulture);
            var reply = await Run.RequestAsync(nginx.Address, "POST", $"/channels/{i}", text);
            Assert.Equal("2", reply.Header("X-Subscribers"));
            Assert.Equal(text, (await clients[2 * i].ReadMessageAsync()).Text);
            Assert.Equal(text, (await clients[(2 * i) + 1].ReadMessageAsync()).Text);
        }

        double atFirst = (await Run.MetricsAsync(first.Address("Channels"))).Sum("gateway_connections");
        double atSecond = (await Run.MetricsAsync(second.Address("Channels"))).Sum("gateway_connections");
        Assert.Equal(80, atFirst + atSecond);
        Assert.InRange(atFirst, 2, 78);
        foreach (var client in clients)
            await client.DisposeAsync();
    }

    // An example, before the gateways of the test instead of those that it names.
    static Task<Nginx> StartAsync(string example, params (string Named, GatewayProcess Gateway)[] gateways)
    {
        Skip.If(Nginx.Program == null, "nginx is not installed");
        string server = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "nginx", example));
        foreach (var (named, gateway) in gateways)
        {
            Assert.Contains(named, server, StringComparison.Ordinal);
            server = server.Replace(named, gateway.Address("Channels").Authority, StringComparison.Ordinal);
        }
        return Nginx.StartAsync(server);
    }
}
