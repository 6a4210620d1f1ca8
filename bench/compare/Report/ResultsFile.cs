using System.Runtime.InteropServices;
using Gateway.Compare.Targets;

namespace Gateway.Compare.Report;

/// <summary>bench/RESULTS.md: the tables, and what one has to know to repeat them.</summary>
static class ResultsFile
{
    internal static string Path => System.IO.Path.Combine(Repository.Folder, "bench/RESULTS.md");

    internal static void Write(string path, Results results, IReadOnlyList<Target> targets, Options options, IReadOnlyList<string> faults) =>
        File.WriteAllText(path, $"""
            # Results of bench/compare

            Written by `dotnet run --project bench/compare -c Release`, which measures every server in turn, {options.Rounds} rounds of it, {options.Seconds} s
            for each run, on one machine with the client. Each figure is the median of the rounds, with the least and the most in
            brackets. CPU is of the server's process and its children, per delivery (per connection where idle, per turn where clients
            subscribe and leave). Lower is better but for what is per second. [How to read them](compare/README.md).

            - {Environment.ProcessorCount} cores ({Processor()}), {RuntimeInformation.OSDescription}, Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, {RuntimeInformation.FrameworkDescription}
            - load average before and after: {options.LoadAtStart} and {Load()}
            {string.Join('\n', targets.Where(target => !target.IsFloor).Select(target => $"- {target.Name}: {Presence(target)}").Concat(faults.Select(fault => $"- failed: {fault}")))}

            {Tables.All(results).TrimEnd()}

            """);

    /// <summary>How busy the machine is.</summary>
    internal static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    static string Presence(Target target) => target.Missing is { } how ? $"not here; {how}" : target.Version;

    static string Processor() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1]
        ?? RuntimeInformation.ProcessArchitecture.ToString();
}
