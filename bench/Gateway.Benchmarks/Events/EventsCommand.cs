using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gateway.Benchmarks.JsonStore;
using Gateway.Benchmarks.Load;

namespace Gateway.Benchmarks.Events;

/// <summary>
/// <c>events</c>: inserts, fan-out, idle streams, due events, resuming and a start with many events pending, against the built
/// gateway. Prints one line for each.
/// </summary>
static class EventsCommand
{
    const string Settings = """{ "Urls": "http://127.0.0.1:0", "Modules": { "Events": {} } }""";
    const int Connections = 64;
    const int Streams = 1000;
    const int IdleStreams = 10_000;
    const int FloodEvents = 5000;
    const int Pending = 100_000;
    const int DueSamples = 30;
    const int Missed = 10_000;
    const int PendingAtStart = 1_000_000;
    const int BatchSize = 1000;

    static readonly TimeSpan InsertTime = TimeSpan.FromSeconds(5);
    static readonly string Payload = new('x', 128);

    public static async Task<int> RunAsync()
    {
        using var server = new BuiltGateway(Settings);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections }) { BaseAddress = server.Address("Events") };
        await LogInAsync(http);
        await InsertsAsync(http, server);
        await FanOutAsync(http, server);
        await IdleAsync(server);
        await DueAsync(http, server);
        await ResumeAsync(http, server);
        await StartAsync(http, server);
        return 0;
    }

    static async Task LogInAsync(HttpClient http)
    {
        var user = new { username = "bench", password = "bench", collection_id = Guid.Empty };
        (await http.PostAsJsonAsync("/users", user)).EnsureSuccessStatusCode();
        var login = await (await http.PostAsJsonAsync("/login", user)).Content.ReadFromJsonAsync<JsonElement>();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", login.GetProperty("jwt").GetString());
    }

    static async Task InsertsAsync(HttpClient http, BuiltGateway server)
    {
        string body = JsonSerializer.Serialize(Event("insert", 4_000_000_000));
        byte[] request = Encoding.ASCII.GetBytes(
            $"POST /insert HTTP/1.1\r\nHost: bench\r\nAuthorization: {http.DefaultRequestHeaders.Authorization}\r\n" +
            $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        int inserted = 0;
        var address = new IPEndPoint(IPAddress.Loopback, server.Address("Events").Port);
        var cpu = server.Usage.Cpu;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            using var connection = new HttpLoop(address);
            while (clock.Elapsed < InsertTime)
            {
                await connection.SendAsync(request);
                Interlocked.Increment(ref inserted);
            }
        }));
        double microseconds = (server.Usage.Cpu - cpu).TotalMicroseconds / inserted;
        Print($"insert: {inserted / clock.Elapsed.TotalSeconds:0} durable inserts/s on {Connections} connections, {microseconds:0} CPU-us each");
    }

    static async Task FanOutAsync(HttpClient http, BuiltGateway server)
    {
        using var streams = await StreamGroup.OpenAsync(server.Address("Events"), "/events?event=flood", Streams);
        var cpu = server.Usage.Cpu;
        var clock = Stopwatch.StartNew();
        await InsertManyAsync(http, "flood", FloodEvents, 0);
        await streams.ReceiveAsync("event: flood", FloodEvents);
        double microseconds = (server.Usage.Cpu - cpu).TotalMicroseconds / ((double)FloodEvents * Streams);
        Print($"fan-out: {FloodEvents * Streams / clock.Elapsed.TotalSeconds:0} deliveries/s to {Streams} streams, {microseconds:0.00} CPU-us each, inserts included");
    }

    static async Task IdleAsync(BuiltGateway server)
    {
        long before = server.Usage.ResidentBytes;
        using var streams = await StreamGroup.OpenAsync(server.Address("Events"), "/events?event=idle", IdleStreams);
        long after = server.Usage.ResidentBytes;
        var cpu = server.Usage.Cpu;
        await Task.Delay(TimeSpan.FromSeconds(20));
        double share = (server.Usage.Cpu - cpu).TotalSeconds / 20;
        Print($"idle: {(after - before) / IdleStreams / 1024.0:0.0} kB resident each of {IdleStreams} streams, {share:P1} of a core with heartbeats");
    }

    static async Task DueAsync(HttpClient http, BuiltGateway server)
    {
        await InsertManyAsync(http, "pending", Pending, 4_000_000_000);
        using var stream = await StreamGroup.OpenAsync(server.Address("Events"), "/events?event=due", 1);
        var late = new List<double>();
        for (int i = 0; i < DueSamples; i++)
        {
            long second = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1;
            (await http.PostAsJsonAsync("/insert", Event("due", second))).EnsureSuccessStatusCode();
            await stream.ReceiveAsync("event: due", 1);
            late.Add(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - second * 1000.0);
        }
        late.Sort();
        Print($"due: p50 {late[late.Count / 2]:0} ms, worst of {late.Count} {late[^1]:0} ms from the second to the client, with {Pending} pending");
    }

    static async Task ResumeAsync(HttpClient http, BuiltGateway server)
    {
        string id = await CurrentIdAsync(http);
        using (var live = await StreamGroup.OpenAsync(server.Address("Events"), "/events?event=missed", 1))
        {
            await InsertManyAsync(http, "missed", Missed, 0);
            await live.ReceiveAsync("event: missed", Missed);
        }
        for (int run = 0; run < 5; run++)
        {
            var clock = Stopwatch.StartNew();
            using var stream = await StreamGroup.AskAsync(server.Address("Events"), $"/events?last_event_id={id}", 1);
            await stream.ReceiveAsync("event: missed", Missed);
            Print($"resume: {Missed} events in {clock.Elapsed.TotalMilliseconds:0} ms");
        }
    }

    // A stream that begins with what fires from now on says at once where that is.
    static async Task<string> CurrentIdAsync(HttpClient http)
    {
        using var reader = new StreamReader(await http.GetStreamAsync("/events?sync=none"));
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                return line["id: ".Length..];
        }
        throw new IOException("The stream has ended.");
    }

    static async Task StartAsync(HttpClient http, BuiltGateway server)
    {
        await InsertManyAsync(http, "pending", PendingAtStart - Pending, 4_000_000_000);
        var time = server.Restart();
        Print($"start: {time.TotalSeconds:0.0} s with {PendingAtStart} events pending, {server.Usage.ResidentBytes >> 20} MB resident, {server.StoredBytes >> 20} MB on the disk");
    }

    static async Task InsertManyAsync(HttpClient http, string name, int count, long timestamp)
    {
        for (int i = 0; i < count; i += BatchSize)
        {
            var events = Enumerable.Repeat(Event(name, timestamp), Math.Min(BatchSize, count - i));
            (await http.PostAsJsonAsync("/events/batch", new { events })).EnsureSuccessStatusCode();
        }
    }

    static object Event(string name, long timestamp) => new { @event = name, collection_id = Guid.Empty, timestamp, data = Payload };

    static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
