using System.Text;
using Gateway.Compare.Client;
using Gateway.Compare.Targets;

namespace Gateway.Compare.Work;

/// <summary>Paced pushes of a small value while so much is written elsewhere that the document is saved over and over.</summary>
/// <param name="name">What <c>--only</c> calls it.</param>
/// <param name="subscribers">Those of the small value.</param>
/// <param name="rate">How often a second that value changes.</param>
sealed class Snapshots(string name, int subscribers, int rate) : Job(name, Channel.Json)
{
    // The document has 50 MB; a snapshot is due when 25 and some have been written since the last.
    const int Values = 50;
    const int ValueBytes = 1_000_000;
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    internal override IEnumerable<Sample> Run(Server server, TimeSpan duration)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Dialect.Port}") };
        for (int i = 0; i < Values; i++)
            Put(http, i);
        using var group = new Group(server.Dialect, subscribers);
        Measurement.Warm(group, Pace.At(rate));
        var calm = Measurement.Of(server, group, Pace.At(rate), duration);

        int next = 0;
        var seen = Names(server).ToHashSet();
        int before = seen.Count;
        using var disturbance = new Disturbance(() =>
        {
            Put(http, next++ % Values);
            seen.UnionWith(Names(server));
            Thread.Sleep(Interval);
        });
        var disturbed = Measurement.Of(server, group, Pace.At(rate), duration);
        disturbance.Stop();
        yield return disturbed.ToSample(Name, (Metric.CalmP99, calm.P99), (Metric.Times, seen.Count - before)) with { Leading = Metric.P99 };
    }

    static IEnumerable<string> Names(Server server) => Directory.EnumerateFiles(server.Folder, "*.snapshot", SearchOption.AllDirectories);

    static void Put(HttpClient http, int number)
    {
        using var value = new StringContent($"\"{new string((char)('a' + (Environment.TickCount % 26)), ValueBytes)}\"", Encoding.UTF8);
        using var answer = http.PutAsync($"/json/large/{number}", value).GetAwaiter().GetResult();
        answer.EnsureSuccessStatusCode();
    }
}
