using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gateway.Benchmarks.Events;

/// <summary>
/// <c>events</c>: inserts, fan-out, idle streams, due events and resuming, against the built
/// gateway. Prints one line for each.
/// </summary>
static class EventsCommand
{
    const int Connections = 64;
    const int Streams = 1000;
    const int IdleStreams = 5000;
    const int FloodEvents = 5000;
    const int Pending = 100_000;
    const int Missed = 10_000;
    const int BatchSize = 1000;

    static readonly TimeSpan InsertTime = TimeSpan.FromSeconds(5);
    static readonly string Payload = new('x', 128);

    public static async Task<int> RunAsync()
    {
        using var server = EventsServer.Start();
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections }) { BaseAddress = server.Address };
        await LogInAsync(http);
        await InsertsAsync(http);
        await FanOutAsync(http, server);
        await IdleAsync(server);
        await DueAsync(http, server);
        await ResumeAsync(http, server);
        return 0;
    }

    static async Task LogInAsync(HttpClient http)
    {
        var user = new { username = "bench", password = "bench", collection_id = Guid.Empty };
        (await http.PostAsJsonAsync("/users", user)).EnsureSuccessStatusCode();
        var login = await (await http.PostAsJsonAsync("/login", user)).Content.ReadFromJsonAsync<JsonElement>();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", login.GetProperty("jwt").GetString());
    }

    static async Task InsertsAsync(HttpClient http)
    {
        int inserted = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            while (clock.Elapsed < InsertTime)
            {
                (await http.PostAsJsonAsync("/insert", Event("insert", 4_000_000_000))).EnsureSuccessStatusCode();
                Interlocked.Increment(ref inserted);
            }
        }));
        Print($"insert: {inserted / clock.Elapsed.TotalSeconds:0} durable inserts/s on {Connections} connections");
    }

    static async Task FanOutAsync(HttpClient http, EventsServer server)
    {
        using var streams = await StreamGroup.OpenAsync(server.Address, "/events?event=flood", Streams);
        var cpu = server.Usage.Cpu;
        var clock = Stopwatch.StartNew();
        await InsertManyAsync(http, "flood", FloodEvents, 0);
        await streams.ReceiveAsync("event: flood", FloodEvents);
        double microseconds = (server.Usage.Cpu - cpu).TotalMicroseconds / ((double)FloodEvents * Streams);
        Print($"fan-out: {FloodEvents * Streams / clock.Elapsed.TotalSeconds:0} deliveries/s to {Streams} streams, {microseconds:0.00} CPU-us each, inserts included");
    }

    static async Task IdleAsync(EventsServer server)
    {
        long before = server.Usage.ResidentBytes;
        using var streams = await StreamGroup.OpenAsync(server.Address, "/events?event=idle", IdleStreams);
        long after = server.Usage.ResidentBytes;
        var cpu = server.Usage.Cpu;
        await Task.Delay(TimeSpan.FromSeconds(20));
        double share = (server.Usage.Cpu - cpu).TotalSeconds / 20;
        Print($"idle: {(after - before) / IdleStreams / 1024.0:0.0} kB resident each of {IdleStreams} streams, {share:P1} of a core with heartbeats");
    }

    static async Task DueAsync(HttpClient http, EventsServer server)
    {
        await InsertManyAsync(http, "pending", Pending, 4_000_000_000);
        using var stream = await StreamGroup.OpenAsync(server.Address, "/events?event=due", 1);
        var late = new List<double>();
        for (int i = 0; i < 20; i++)
        {
            long second = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1;
            (await http.PostAsJsonAsync("/insert", Event("due", second))).EnsureSuccessStatusCode();
            await stream.ReceiveAsync("event: due", 1);
            late.Add(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - second * 1000.0);
        }
        late.Sort();
        Print($"due: p50 {late[late.Count / 2]:0} ms, worst of {late.Count} {late[^1]:0} ms from the second to the client, with {Pending} pending");
    }

    static async Task ResumeAsync(HttpClient http, EventsServer server)
    {
        await InsertManyAsync(http, "missed", Missed, 0);
        for (int run = 0; run < 3; run++)
        {
            var clock = Stopwatch.StartNew();
            using var stream = await StreamGroup.AskAsync(server.Address, "/events?event=missed&sync=earliest", 1);
            await stream.ReceiveAsync("event: missed", Missed);
            Print($"resume: {Missed} events in {clock.Elapsed.TotalMilliseconds:0} ms");
        }
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
