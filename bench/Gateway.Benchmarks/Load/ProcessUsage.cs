using System.Globalization;

namespace Gateway.Benchmarks.Load;

/// <summary>CPU time and resident memory of a process and its children.</summary>
sealed class ProcessUsage(int processId)
{
    internal TimeSpan Cpu => Family(processId).Aggregate(TimeSpan.Zero, (sum, id) => sum + Libc.CpuTime(id));

    internal long ResidentBytes => Family(processId).Sum(Resident);

    static IEnumerable<int> Family(int id) =>
        Directory.EnumerateDirectories($"/proc/{id}/task")
            .SelectMany(thread => Words(File.ReadAllText($"{thread}/children")))
            .SelectMany(child => Family(int.Parse(child, CultureInfo.InvariantCulture)))
            .Prepend(id);

    static long Resident(int id) =>
        Number(Words(File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)))[1]) * 1024;

    static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
