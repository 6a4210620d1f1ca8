using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Gateway.Benchmarks.Load;

namespace Gateway.Benchmarks.Router;

/// <summary>What the Router costs the gateway's process. The clients and the service are in this one, and do not count.</summary>
static class RouterLoad
{
    const int Subscribers = 100;
    const int Messages = 1000;
    const int Rounds = 10;
    const int Sessions = 10_000;
    const int Callers = 16;
    const int Calls = 2000;

    public static async Task<int> RunAsync()
    {
        await using var service = await BenchService.StartAsync().ConfigureAwait(false);
        using var server = new BuiltGateway(Settings(service.Url));
        Console.WriteLine($"fan-out    {await FanOutAsync(server).ConfigureAwait(false)}");
        Console.WriteLine($"callbacks  {await CallBackAsync(server).ConfigureAwait(false)}");
        Console.WriteLine($"subscribe  {await SubscribeAsync(server).ConfigureAwait(false)}");
        return 0;
    }

    static string Settings(string service) => $$"""
        {
          "Urls": "http://127.0.0.1:0", "Redis": { "EmbeddedPort": 0 },
          "Modules": { "Router": { "Services": {
            "open": { "RequireAuthentication": false },
            "called": { "RequireAuthentication": false, "OnMessage": "{{service}}" }
          } } }
        }
        """;

    // The first round warms up.
    static async Task<string> FanOutAsync(BuiltGateway server)
    {
        var clients = await ConnectAsync(server, Subscribers).ConfigureAwait(false);
        foreach (var client in clients)
            await AskAsync(client, """{"event":"subscribe","subscription":"open.fan"}""").ConfigureAwait(false);
        using var redis = new TcpClient();
        await redis.ConnectAsync(server.Address("redis").Host, server.Address("redis").Port).ConfigureAwait(false);
        TimeSpan cpu = default;
        var clock = new Stopwatch();
        for (int round = 0; round <= Rounds; round++)
        {
            var before = server.Usage.Cpu;
            clock.Restart();
            var reading = clients.Select(client => ReadInOrderAsync(client, Messages)).ToList();
            await redis.GetStream().WriteAsync(Publishes(Messages)).ConfigureAwait(false);
            await Task.WhenAll(reading).ConfigureAwait(false);
            if (round > 0)
                cpu += server.Usage.Cpu - before;
        }
        Dispose(clients);
        return $"{cpu.TotalMicroseconds / (Rounds * Messages * Subscribers):0.00} µs of CPU per delivery; last round {Messages * Subscribers / clock.Elapsed.TotalSeconds:0} deliveries/s";
    }

    static async Task<string> CallBackAsync(BuiltGateway server)
    {
        var clients = await ConnectAsync(server, Callers).ConfigureAwait(false);
        foreach (var client in clients)
            await AskAsync(client, """{"event":"subscribe","subscription":"called.t"}""").ConfigureAwait(false);
        await Task.WhenAll(clients.Select(client => CallAsync(client, Calls / 4))).ConfigureAwait(false);
        var before = server.Usage.Cpu;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(clients.Select(client => CallAsync(client, Calls))).ConfigureAwait(false);
        var cpu = server.Usage.Cpu - before;
        Dispose(clients);
        return $"{cpu.TotalMicroseconds / (Callers * Calls):0} µs of CPU per round trip; {Callers * Calls / clock.Elapsed.TotalSeconds:0}/s";
    }

    static async Task<string> SubscribeAsync(BuiltGateway server)
    {
        var clients = await ConnectAsync(server, Sessions).ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        var before = server.Usage.Cpu;
        await Task.WhenAll(clients.Select((client, i) => AskAsync(client, $$"""{"event":"subscribe","subscription":"open.{{i}}"}"""))).ConfigureAwait(false);
        clock.Stop();
        var cpu = server.Usage.Cpu - before;
        Dispose(clients);
        return $"{Sessions / clock.Elapsed.TotalSeconds:0} new topics/s over {Sessions} sessions; {cpu.TotalMicroseconds / Sessions:0} µs of CPU each";
    }

    static async Task CallAsync(ClientWebSocket client, int calls)
    {
        for (int i = 0; i < calls; i++)
            await AskAsync(client, """{"event":"message","subscription":"called.t","data":1}""").ConfigureAwait(false);
    }

    static async Task<List<ClientWebSocket>> ConnectAsync(BuiltGateway server, int count)
    {
        var address = new UriBuilder(server.Address("Router")) { Scheme = Uri.UriSchemeWs }.Uri;
        var clients = new List<ClientWebSocket>();
        for (int i = 0; i < count; i++)
        {
            var client = new ClientWebSocket();
            client.Options.KeepAliveInterval = TimeSpan.Zero;
            await client.ConnectAsync(address, CancellationToken.None).ConfigureAwait(false);
            clients.Add(client);
        }
        return clients;
    }

    static async Task AskAsync(ClientWebSocket client, string request)
    {
        await client.SendAsync(Encoding.UTF8.GetBytes(request), WebSocketMessageType.Text, true, CancellationToken.None).ConfigureAwait(false);
        string reply = await ReadAsync(client, new byte[1024]).ConfigureAwait(false);
        if (!reply.Contains("\"ok\"", StringComparison.Ordinal))
            throw new LoadFault($"unexpected answer: {reply}");
    }

    static async Task ReadInOrderAsync(ClientWebSocket client, int count)
    {
        byte[] buffer = new byte[1024];
        for (int i = 0; i < count; i++)
        {
            string push = await ReadAsync(client, buffer).ConfigureAwait(false);
            if (!push.Contains($"\"data\":\"{i:D6}", StringComparison.Ordinal))
                throw new LoadFault($"message {i} is out of order or lost: {push}");
        }
    }

    static async Task<string> ReadAsync(ClientWebSocket client, byte[] buffer)
    {
        var received = await client.ReceiveAsync(buffer, CancellationToken.None).ConfigureAwait(false);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    // 200 bytes of data each.
    static byte[] Publishes(int count)
    {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++)
        {
            string payload = $$"""{"subscription":"open.fan","data":"{{i:D6}}{{new string('x', 194)}}"}""";
            text.Append($"*3\r\n$7\r\nPUBLISH\r\n$8\r\nopen.fan\r\n${payload.Length}\r\n{payload}\r\n");
        }
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    static void Dispose(List<ClientWebSocket> clients) => clients.ForEach(client => client.Dispose());
}
