using System.Globalization;
using Gateway.Benchmarks.Load;

namespace Gateway.Compare;

/// <summary>How many connections a process may have: the framework has raised its limit to the hardest, and servers inherit that.</summary>
static class OpenFiles
{
    const int Needed = 12_000;

    internal static int Limit { get; } = Read();

    /// <summary>Fails where 10,000 connections are too many, and says what to do.</summary>
    internal static void Check()
    {
        if (Limit < Needed)
            throw new LoadFault($"a process may open {Limit} files here, and {Needed} are needed: start it from a shell with a higher hard limit (as root: ulimit -n 20000)");
    }

    static int Read()
    {
        string line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        string soft = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) ? limit : int.MaxValue;
    }
}
