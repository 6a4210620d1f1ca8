using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Testing;

/// <summary>A page in Prometheus' text format, as it was at one moment.</summary>
public sealed partial class MetricsPage
{
    MetricsPage(IReadOnlyList<MetricSample> samples) => Samples = samples;

    /// <summary>Every sample in the page's order.</summary>
    public IReadOnlyList<MetricSample> Samples { get; }

    /// <summary>Parses a page; comments, timestamps and exemplars are skipped.</summary>
    /// <exception cref="FormatException">A line is no sample; the text quotes it.</exception>
    public static MetricsPage Parse(string text) =>
        new([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(ParseSample)]);

    /// <summary>
    /// Adds up the samples of that exact name that carry all the given labels.
    /// None is 0: a counter has no sample before its first event.
    /// </summary>
    public double Sum(string name, params (string Label, string Value)[] labels) =>
        Samples
            .Where(sample => sample.Name == name && labels.All(wanted => sample.Labels.GetValueOrDefault(wanted.Label) == wanted.Value))
            .Sum(sample => sample.Value);

    static MetricSample ParseSample(string line)
    {
        var match = Sample().Match(line);
        if (!match.Success)
            throw new FormatException($"Not a metrics sample: {line}");

        var labels = Label().Matches(match.Groups["labels"].Value)
            .ToDictionary(label => label.Groups["name"].Value, label => Unescape(label.Groups["value"].Value));
        return new MetricSample(match.Groups["name"].Value, labels, ParseValue(match.Groups["value"].Value));
    }

    static double ParseValue(string value) => value switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(value, CultureInfo.InvariantCulture),
    };

    static string Unescape(string value) =>
        Escape().Replace(value, escape => escape.Groups[1].Value == "n" ? "\n" : escape.Groups[1].Value);

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][\w:]*)(\{(?<labels>([^""}]|""([^""\\]|\\.)*"")*)\})?\s+(?<value>[-+]?Inf|NaN|[-+.\deE]+)(\s|$)")]
    private static partial Regex Sample();

    [GeneratedRegex(@"(?<name>\w+)\s*=\s*""(?<value>([^""\\]|\\.)*)""")]
    private static partial Regex Label();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
