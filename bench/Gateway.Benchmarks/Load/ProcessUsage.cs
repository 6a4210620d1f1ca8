using System.Globalization;

namespace Gateway.Benchmarks.Load;

/// <summary>CPU time and resident memory of a process and its children, from /proc (CPU in ticks of 10 ms).</summary>
sealed class ProcessUsage(int processId)
{
    const double TicksPerSecond = 100;

    internal TimeSpan Cpu => TimeSpan.FromSeconds(Family(processId).Sum(Ticks) / TicksPerSecond);

    internal long ResidentBytes => Family(processId).Sum(Resident);

    static IEnumerable<int> Family(int id) =>
        Directory.EnumerateDirectories($"/proc/{id}/task")
            .SelectMany(thread => Words(File.ReadAllText($"{thread}/children")))
            .SelectMany(child => Family(int.Parse(child, CultureInfo.InvariantCulture)))
            .Prepend(id);

    /// <summary>User and system time: fields 14 and 15, counted behind the name, which may hold anything.</summary>
    static long Ticks(int id)
    {
        var stat = File.ReadAllText($"/proc/{id}/stat");
        var fields = Words(stat[(stat.LastIndexOf(')') + 1)..]);
        return Number(fields[11]) + Number(fields[12]);
    }

    static long Resident(int id) =>
        Number(Words(File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)))[1]) * 1024;

    static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
