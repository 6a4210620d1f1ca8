using System.Diagnostics;
using System.Globalization;
using Gateway.Benchmarks.Load;

namespace Gateway.Benchmarks.Operating;

/// <summary>
/// The time from the start of a process until it says that it is ready, of the gateway with all modules over empty data and of
/// an empty ASP.NET application, in turn. Both are published as the arguments say.
/// </summary>
static class StartCommand
{
    const int Rounds = 15;
    const string Settings = """
        {
          "Urls": "http://127.0.0.1:0", "Redis": { "EmbeddedPort": 0 },
          "Modules": { "Channels": {}, "JsonStore": {}, "Router": {}, "Events": {}, "Streams": {} }
        }
        """;

    /// <param name="programs">The gateway and the empty application: assemblies for <c>dotnet</c>, or executables.</param>
    public static int Run(IReadOnlyList<string> programs)
    {
        if (programs is not [var gateway, var empty])
        {
            Console.Error.WriteLine("start GATEWAY EMPTY: what was published of src/Gateway.Host and of bench/EmptyWeb");
            return 1;
        }
        var (own, others) = (new List<double>(), new List<double>());
        for (int i = 0; i <= Rounds; i++)
        {
            double ours = Measure(gateway), theirs = Measure(empty);
            // The first reads the files from the disk.
            if (i == 0)
                continue;
            own.Add(ours);
            others.Add(theirs);
        }
        Console.WriteLine(Line($"gateway  {Show(own)}"));
        Console.WriteLine(Line($"empty    {Show(others)}"));
        Console.WriteLine(Line($"ratio    {own.Min() / others.Min():0.00} of the best, {Median(own) / Median(others):0.00} of the medians"));
        return 0;
    }

    static double Measure(string program)
    {
        var folder = Directory.CreateTempSubdirectory("gateway-bench-");
        File.WriteAllText(Path.Combine(folder.FullName, "gateway.json"), Settings);
        bool isAssembly = program.EndsWith(".dll", StringComparison.Ordinal);
        string full = Path.GetFullPath(program);
        long start = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(isAssembly ? "dotnet" : full, isAssembly ? [full] : [])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string? line;
        while ((line = process.StandardOutput.ReadLine()) != null && !line.StartsWith("Gateway ready", StringComparison.Ordinal))
        {
        }
        double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        folder.Delete(recursive: true);
        return line != null ? time : throw new LoadFault($"{program} ended before it was ready");
    }

    static string Show(List<double> times) => Line($"{times.Min():0} ms at best, {Median(times):0} ms p50, {times.Max():0} ms at worst of {times.Count}");

    static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
