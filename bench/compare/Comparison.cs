using System.Globalization;
using System.Runtime.InteropServices;
using Gateway.Benchmarks.Load;
using Gateway.Compare.Report;
using Gateway.Compare.Targets;
using Gateway.Compare.Work;

namespace Gateway.Compare;

/// <summary>Runs all work against all servers, in turn and over several rounds, and prints what came of it.</summary>
sealed class Comparison(Options options)
{
    static readonly Target Gateway = new GatewayTarget();
    static readonly IReadOnlyList<Target> All =
    [
        Gateway, new NchanTarget(), new NatsTarget(), new MosquittoTarget(), new NodeTarget(), new SignalRTarget(), new RedisTarget(),
        new FloorTarget(joined: true), new FloorTarget(joined: false),
    ];

    readonly Results _results = new();
    readonly List<string> _faults = [];

    Server? _running;

    internal int Run()
    {
        OpenFiles.Check();
        var targets = All.Where(target => options.Servers.Count == 0 || options.Servers.Any(part => target.Name.Contains(part, StringComparison.OrdinalIgnoreCase))).ToList();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Abandon(targets));
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Abandon(targets));
        foreach (var target in targets.Where(target => target.Missing is not null))
            Console.WriteLine($"not here: {target.Name}; to measure it: {target.Missing}");
        var present = targets.Where(target => target.Missing is null).ToList();
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (var job in Jobs.All.Where(job => options.Only.Count == 0 || options.Only.Contains(job.Name)))
            {
                foreach (var target in present.Where(target => job.For(target) && (job.Joins || target is not FloorTarget { Joins: false })))
                    Measure(round, job, target);
            }
        }

        if (_results.IsEmpty)
            throw new LoadFault("nothing was measured");
        Print(targets);
        return _faults.Count == 0 ? 0 : 1;
    }

    void Measure(int round, Job job, Target target)
    {
        try
        {
            using var server = _running = target.Start(job.Channel);
            foreach (var sample in job.Run(server, TimeSpan.FromSeconds(options.Seconds)))
            {
                _results.Add(target, sample);
                var values = sample.Values.Select(value => $"{value.Metric.Title} {value.Value.ToString(value.Metric.Format, CultureInfo.InvariantCulture)}");
                Console.WriteLine($"round {round + 1}, {sample.Row}, {target.Name}: {string.Join(", ", values)}");
            }
        }
        catch (Exception fault) when (fault is LoadFault or IOException or HttpRequestException or OperationCanceledException)
        {
            string line = $"{job.Name}, {target.Name}: {fault.Message}";
            Console.WriteLine($"round {round + 1}, {line}");
            if (!_faults.Contains(line))
                _faults.Add(line);
        }
        finally
        {
            _running = null;
        }
    }

    // No server outlives this program, and what was measured is not lost.
    void Abandon(List<Target> targets)
    {
        _running?.Dispose();
        Print(targets);
        Environment.Exit(2);
    }

    void Print(List<Target> targets)
    {
        Console.WriteLine();
        Console.WriteLine(Tables.All(_results));
        Console.WriteLine(Tables.Short(_results, Gateway));
        string? path = options.Out ?? (options.IsWhole ? ResultsFile.Path : null);
        if (path is null)
            return;
        ResultsFile.Write(path, _results, targets, options, _faults);
        Console.WriteLine($"written: {path}");
    }
}
