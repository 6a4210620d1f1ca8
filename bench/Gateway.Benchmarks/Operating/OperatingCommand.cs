using System.Diagnostics;
using System.Globalization;
using Gateway.Benchmarks.Load;

namespace Gateway.Benchmarks.Operating;

/// <summary>What it costs to look at a gateway with 50 tenants, all modules and 10,000 connections.</summary>
static class OperatingCommand
{
    const int Tenants = 50;
    const int Connections = 9_500;
    const int WarmUps = 100;
    const int Scrapes = 100;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Open = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync()
    {
        using var server = new BuiltGateway(Settings());
        var address = server.Address("Channels");
        using var loop = new ClientLoop();
        for (int tenant = 0; tenant < Tenants; tenant++)
            new Connector(new Uri(address, $"/t/team{tenant}/channels/bench")).Open(Connections / Tenants, socket => new WebSocketClient(socket), loop);
        using var http = new HttpClient { BaseAddress = address };

        Console.WriteLine($"metrics   {await ScrapeAsync(http, server, "/metrics").ConfigureAwait(false)}");
        Console.WriteLine($"overview  {await ScrapeAsync(http, server, "/admin/api/overview").ConfigureAwait(false)}");
        var closed = await CpuAsync(server, Open).ConfigureAwait(false);
        using var live = await http.GetAsync("/admin/api/live?views=overview,endings", HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
        var reading = (await live.Content.ReadAsStreamAsync().ConfigureAwait(false)).CopyToAsync(Stream.Null);
        await CpuAsync(server, Open / 4).ConfigureAwait(false);
        var open = await CpuAsync(server, Open).ConfigureAwait(false);
        Console.WriteLine(Line($"console   {Share(open - closed)} of a core more with an overview open, {Share(closed)} without; {loop.Ended} of {Connections} connections ended"));
        return reading.IsFaulted ? 1 : 0;
    }

    static string Settings()
    {
        var tenants = Enumerable.Range(0, Tenants).Select(i => $$"""  "team{{i}}": {}  """);
        return $$"""
            {
              "Urls": "http://127.0.0.1:0", "Redis": { "EmbeddedPort": 0 },
              "Modules": { "Channels": {}, "JsonStore": {}, "Router": {}, "Events": {}, "Streams": {} },
              "Tenants": { {{string.Join(',', tenants)}} }
            }
            """;
    }

    static async Task<string> ScrapeAsync(HttpClient http, BuiltGateway server, string path)
    {
        // The runtime compiles for good what has run often enough, while nothing new comes: hence the pauses.
        double first = await TimeAsync(http, path).ConfigureAwait(false);
        for (int i = 0; i < WarmUps; i++)
        {
            await http.GetByteArrayAsync(path).ConfigureAwait(false);
            await Task.Delay(Pause).ConfigureAwait(false);
        }
        var times = new List<double>();
        var cpu = server.Usage.Cpu;
        for (int i = 0; i < Scrapes; i++)
            times.Add(await TimeAsync(http, path).ConfigureAwait(false));
        cpu = server.Usage.Cpu - cpu;
        times.Sort();
        int bytes = (await http.GetByteArrayAsync(path).ConfigureAwait(false)).Length;
        return Line($"{first:0} ms the first, then {times[0]:0.0} ms at best, {times[Scrapes / 2]:0.0} ms p50, {times[^1]:0.0} ms at worst; {cpu.TotalMilliseconds / Scrapes:0.0} CPU-ms each, {bytes / 1024} kB");
    }

    static async Task<double> TimeAsync(HttpClient http, string path)
    {
        long start = Stopwatch.GetTimestamp();
        await http.GetByteArrayAsync(path).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    static async Task<double> CpuAsync(BuiltGateway server, TimeSpan time)
    {
        var (cpu, start) = (server.Usage.Cpu, Stopwatch.GetTimestamp());
        await Task.Delay(time).ConfigureAwait(false);
        return (server.Usage.Cpu - cpu) / Stopwatch.GetElapsedTime(start);
    }

    static string Share(double part) => Line($"{part * 100:0.00} %");

    static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
