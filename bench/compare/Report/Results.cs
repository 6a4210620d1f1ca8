using Gateway.Compare.Targets;
using Gateway.Compare.Work;

namespace Gateway.Compare.Report;

/// <summary>The figures of all rounds.</summary>
sealed class Results
{
    readonly List<(Sample Sample, Target Target)> _samples = [];

    internal bool IsEmpty => _samples.Count == 0;

    /// <summary>What was done, in the order in which it was first done.</summary>
    internal IEnumerable<string> Rows => _samples.Select(entry => entry.Sample.Row).Distinct();

    internal void Add(Target target, Sample sample) => _samples.Add((sample, target));

    /// <summary>Those who did it.</summary>
    internal IEnumerable<Target> Targets(string row) => Of(row).Select(entry => entry.Target).Distinct();

    /// <summary>What was measured of it.</summary>
    internal IEnumerable<Metric> Metrics(string row) =>
        Of(row).SelectMany(entry => entry.Sample.Values).Select(value => value.Metric).Distinct();

    /// <summary>What it is compared by.</summary>
    internal Metric Leading(string row) => Of(row).First().Sample.Leading;

    internal Spread? Value(string row, Target target, Metric metric)
    {
        var values = Of(row).Where(entry => entry.Target == target)
            .SelectMany(entry => entry.Sample.Values).Where(value => value.Metric == metric).Select(value => value.Value).ToList();
        return values.Count > 0 ? Spread.Of(values) : null;
    }

    /// <summary>How many times a server's leading figure is that of the best of some others; nothing when none of them did it.</summary>
    internal double? Ratio(string row, Target target, Func<Target, bool> others)
    {
        var leading = Leading(row);
        var theirs = Targets(row).Where(others).Select(other => Value(row, other, leading)?.Median).Where(value => value > 0).ToList();
        return theirs.Count > 0 ? Value(row, target, leading)?.Median / theirs.Min() : null;
    }

    IEnumerable<(Sample Sample, Target Target)> Of(string row) => _samples.Where(entry => entry.Sample.Row == row);
}
