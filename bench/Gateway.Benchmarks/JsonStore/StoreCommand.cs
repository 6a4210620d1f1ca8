using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using Gateway.Benchmarks.Load;

namespace Gateway.Benchmarks.JsonStore;

/// <summary>Measures what writes to the JSON store cost, how soon they are pushed, and how long a start takes.</summary>
static class StoreCommand
{
    const string Settings = """{ "Urls": "http://127.0.0.1:0", "Modules": { "JsonStore": { "MaxBodyBytes": 0 }, "Channels": {} } }""";
    const int Connections = 64;
    const int UnrelatedSubscribers = 1000;
    const int Pushes = 2000;
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var seconds = TimeSpan.FromSeconds(arguments is ["--seconds", var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 5);
        try
        {
            Console.WriteLine($"{"",-36}{"per second",12}{"server µs",12}");
            await WritesAsync(seconds);
            await PushesAsync();
            await RestartAsync();
            return 0;
        }
        catch (Exception fault) when (fault is LoadFault or IOException or System.Net.Sockets.SocketException)
        {
            await Console.Error.WriteLineAsync($"jsonstore: {fault.Message}");
            return 2;
        }
    }

    static async Task WritesAsync(TimeSpan duration)
    {
        const string Body = """{"name":"value","number":12345}""";
        using var server = new BuiltGateway(Settings);
        var baseline = await MeasureAsync("read the body (POST, no subscriber)", server, duration, i => HttpLoop.Request("POST", $"/channels/c{i}", Body));
        await FillAsync(server, 10_000);
        var small = await MeasureAsync("PUT, document of 10 kB", server, duration, i => Put(i, ""));
        await FillAsync(server, 10_000_000);
        var large = await MeasureAsync("PUT, document of 10 MB", server, duration, i => Put(i, ""));
        await MeasureAsync("PUT durable, document of 10 MB", server, duration, i => Put(i, "?durable"));
        Console.WriteLine($"CPU of a PUT into 10 MB: {large / small:0.00} x that into 10 kB, {large / baseline:0.00} x that of reading the body");

        // A value that is the same again would not be written.
        static byte[] Put(int i, string query) => HttpLoop.Request("PUT", $"/json/written/w{i % Connections}{query}", $$"""{"name":"value","number":{{10_000 + i}}}""");
    }

    static IPEndPoint EndPoint(BuiltGateway server) => new(IPAddress.Loopback, server.Address("JsonStore").Port);

    // CPU µs of the server for each request.
    static async Task<double> MeasureAsync(string what, BuiltGateway server, TimeSpan duration, Func<int, byte[]> request)
    {
        const int Variants = 8;
        var loops = Enumerable.Range(0, Connections).Select(_ => new HttpLoop(EndPoint(server))).ToArray();
        var requests = Enumerable.Range(0, Connections).Select(c => Enumerable.Range(0, Variants).Select(v => request(c + (v * Connections))).ToArray()).ToArray();
        await RunAsync(WarmUp);
        var before = server.Usage.Cpu;
        long start = Stopwatch.GetTimestamp();
        long sent = await RunAsync(duration);
        var elapsed = Stopwatch.GetElapsedTime(start);
        double cpu = (server.Usage.Cpu - before).TotalMicroseconds / sent;
        Console.WriteLine($"{what,-36}{sent / elapsed.TotalSeconds,12:N0}{cpu,12:0.0}");
        foreach (var loop in loops)
            loop.Dispose();
        return cpu;

        async Task<long> RunAsync(TimeSpan time)
        {
            long start = Stopwatch.GetTimestamp();
            var counts = await Task.WhenAll(loops.Select((loop, c) => Task.Run(async () =>
            {
                long count = 0;
                while (Stopwatch.GetElapsedTime(start) < time)
                    await loop.SendAsync(requests[c][count++ % Variants]);
                return count;
            })));
            return counts.Sum();
        }
    }

    static async Task FillAsync(BuiltGateway server, int bytes)
    {
        using var loop = new HttpLoop(EndPoint(server));
        // As much in one object as an application would have: a write must not depend on its neighbours either.
        var members = Enumerable.Range(0, bytes / 100).Select(i => $"\"member{i:0000000}\":{{\"text\":\"{new string('x', 60)}\",\"n\":{100 + (i % 900)}}}");
        await loop.SendAsync(HttpLoop.Request("PUT", "/json/written?durable", $"{{{string.Join(',', members)}}}"));
    }

    static async Task PushesAsync()
    {
        using var server = new BuiltGateway(Settings);
        var unrelated = new List<ClientWebSocket>();
        for (int i = 0; i < UnrelatedSubscribers; i++)
            unrelated.Add(await OpenAsync(server, $"unrelated/{i}"));
        using var watcher = await OpenAsync(server, "watched");
        using var loop = new HttpLoop(EndPoint(server));
        var buffer = new byte[1024];
        await watcher.ReceiveAsync(buffer, CancellationToken.None);
        var histogram = new LatencyHistogram();
        for (int i = -200; i < Pushes; i++)
        {
            byte[] request = HttpLoop.Request("PUT", "/json/watched", i.ToString(CultureInfo.InvariantCulture));
            long start = Stopwatch.GetTimestamp();
            var sending = loop.SendAsync(request);
            await watcher.ReceiveAsync(buffer, CancellationToken.None);
            if (i >= 0)
                histogram.Add(Stopwatch.GetTimestamp() - start);
            await sending;
        }
        Console.WriteLine(
            $"PUT until push, {UnrelatedSubscribers} subscribers elsewhere: p50 {histogram.Milliseconds(0.5):0.00} ms, p99 {histogram.Milliseconds(0.99):0.00} ms");
        foreach (var client in unrelated)
            client.Dispose();
    }

    static async Task<ClientWebSocket> OpenAsync(BuiltGateway server, string path)
    {
        var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri($"ws://{EndPoint(server)}/json/{path}"), CancellationToken.None);
        return client;
    }

    static async Task RestartAsync()
    {
        using var server = new BuiltGateway(Settings);
        var empty = server.Restart();
        await FillAsync(server, 100_000_000);
        var fromLog = server.Restart();
        var again = server.Restart();
        Console.WriteLine(
            $"start: {empty.TotalSeconds:0.00} s empty, {fromLog.TotalSeconds:0.00} s with a document of 100 MB, {again.TotalSeconds:0.00} s once more; " +
            $"{server.Usage.ResidentBytes >> 20} MiB resident");
    }
}
