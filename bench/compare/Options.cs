using System.Globalization;
using Gateway.Benchmarks.Load;
using Gateway.Compare.Report;

namespace Gateway.Compare;

/// <summary>What to measure, and how thoroughly.</summary>
sealed record Options
{
    internal static string Usage => $"""
        compare [options]: runs the same work against the gateway, its peers and a bare loop of send, and prints one table for each.

          --rounds N        how often everything is done, servers in turn             (3)
          --seconds N       length of a measured run                                  (3)
          --only JOB,JOB    of {string.Join(", ", Jobs.All.Select(job => job.Name))}
          --servers S,S     only those whose name contains one of these
          --out FILE        where the results are written                             (bench/RESULTS.md; only a whole run writes there by itself)

        compare guard: exits 1 if a delivery costs the gateway many times what a bare send costs (some 15 s).

        Exit code: 0 fine, 1 some work failed, 2 could not measure.
        """;

    public int Rounds { get; init; } = 3;

    public int Seconds { get; init; } = 3;

    /// <summary>The jobs to run; all when empty.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Parts of the names of the servers to measure; all when empty.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>Where the results go.</summary>
    public string? Out { get; init; }

    /// <summary>How busy the machine was before.</summary>
    public string LoadAtStart { get; } = ResultsFile.Load();

    internal bool IsWhole => Only.Count == 0 && Servers.Count == 0;

    internal static Options Parse(ReadOnlySpan<string> arguments)
    {
        var options = new Options();
        for (; arguments is [var name, .. var rest]; arguments = rest[1..])
            options = rest is [var value, ..] ? options.With(name, value) : throw new LoadFault($"{name} is unknown or lacks its value");
        return options;
    }

    Options With(string name, string value) => name switch
    {
        "--rounds" => this with { Rounds = Number(name, value, 100) },
        "--seconds" => this with { Seconds = Number(name, value, 600) },
        "--only" => this with { Only = [.. value.Split(',').Select(Job)] },
        "--servers" => this with { Servers = value.Split(',') },
        "--out" => this with { Out = value },
        _ => throw new LoadFault($"{name} is unknown"),
    };

    static string Job(string name) => Jobs.All.Any(job => job.Name == name)
        ? name
        : throw new LoadFault($"--only takes {string.Join(", ", Jobs.All.Select(job => job.Name))}, not '{name}'");

    static int Number(string name, string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= most
            ? number
            : throw new LoadFault($"{name} takes a number from 1 to {most}, not '{text}'");
}
