using System.Globalization;

namespace Gateway.Benchmarks.Load;

/// <summary>What to measure, and on which server.</summary>
sealed record LoadOptions
{
    internal const string Usage = """
        load [options]: measures a gateway's fan-out over WebSocket, and what an idle connection costs.

          --subscribers N,N    group sizes to measure                               (1,100,1000)
          --size BYTES         length of a text message                             (128)
          --rate N             messages per second of the paced runs                (100)
          --seconds N          length of a measured run                             (5)
          --window N           flooded: messages not yet received by all            (64)
          --idle N             connections of the idle run                          (10000)
          --only MODE          flooded, paced or idle
          --url ws://HOST/PATH measure a running server on this channel, with
          --pid N              the process whose CPU and memory count; without both, the built gateway is started
          --json               the figures as JSON

        Exit code: 0 fine, 1 something was lost, reordered or cut off, 2 could not measure.
        """;

    /// <summary>Group sizes, each measured on its own.</summary>
    public IReadOnlyList<int> Subscribers { get; init; } = [1, 100, 1000];

    /// <summary>Length of a message in bytes.</summary>
    public int Size { get; init; } = 128;

    /// <summary>Messages per second when paced.</summary>
    public int Rate { get; init; } = 100;

    /// <summary>Length of a measured run.</summary>
    public int Seconds { get; init; } = 5;

    /// <summary>Messages that may be under way when flooded.</summary>
    public int Window { get; init; } = 64;

    /// <summary>Connections that the idle run opens.</summary>
    public int Idle { get; init; } = 10_000;

    /// <summary>The one mode to run; all when absent.</summary>
    public LoadMode? Only { get; init; }

    /// <summary>The channel of a running server; absent when one is to be started.</summary>
    public Uri? Url { get; init; }

    /// <summary>The running server's process.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Whether to print JSON rather than a table.</summary>
    public bool Json { get; init; }

    internal bool Wants(LoadMode mode) => Only is null || Only == mode;

    internal static LoadOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new LoadOptions();
        while (arguments is [var name, .. var rest])
        {
            if (name == "--json")
            {
                options = options with { Json = true };
                arguments = rest;
                continue;
            }

            if (rest is not [var value, ..])
                throw new LoadFault($"{name} is unknown or lacks its value");
            options = options.With(name, value);
            arguments = rest[1..];
        }

        return options.Url is null == options.ProcessId is null ? options : throw new LoadFault("--url and --pid go together");
    }

    LoadOptions With(string name, string value) => name switch
    {
        "--subscribers" => this with { Subscribers = [.. value.Split(',').Select(part => Number(name, part, 1, 1_000_000))] },
        "--size" => this with { Size = Number(name, value, Stamp.Length, 65_536) },
        "--rate" => this with { Rate = Number(name, value, 1, 100_000) },
        "--seconds" => this with { Seconds = Number(name, value, 1, 3_600) },
        "--window" => this with { Window = Number(name, value, 1, 1_000_000) },
        "--idle" => this with { Idle = Number(name, value, 1, 1_000_000) },
        "--only" => this with { Only = Mode(value) },
        "--url" => this with { Url = Channel(value) },
        "--pid" => this with { ProcessId = Number(name, value, 1, int.MaxValue) },
        _ => throw new LoadFault($"{name} is unknown"),
    };

    static int Number(string name, string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new LoadFault($"{name} takes a number from {least} to {most}, not '{text}'");

    static LoadMode Mode(string text) => text switch
    {
        "flooded" => LoadMode.Flooded,
        "paced" => LoadMode.Paced,
        "idle" => LoadMode.Idle,
        _ => throw new LoadFault($"--only takes flooded, paced or idle, not '{text}'"),
    };

    static Uri Channel(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeWs
            ? url
            : throw new LoadFault($"--url takes an address that begins ws://, not '{text}'");
}
