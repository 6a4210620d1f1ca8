using System.Globalization;
using System.Text;
using Gateway.Compare.Targets;
using Gateway.Compare.Work;

namespace Gateway.Compare.Report;

/// <summary>The figures as tables in Markdown.</summary>
static class Tables
{
    /// <summary>A table for each kind of work: the median, and in brackets the least and the most of all rounds.</summary>
    internal static string All(Results results)
    {
        var text = new StringBuilder();
        foreach (string row in results.Rows)
        {
            var metrics = results.Metrics(row).ToList();
            text.Append(Of(row, [.. metrics.Select(metric => metric.Title), "to best peer", "to joined send", "to send for each"], results.Targets(row).Select(target =>
                (target.Name, (IEnumerable<string>)[.. metrics.Select(metric => Cell(results.Value(row, target, metric), metric)), .. Ratios(results, row, target)]))));
            text.AppendLine();
        }

        return text.ToString();
    }

    /// <summary>One line for each kind of work, with the gateway, the best peer and the floor: for the README.</summary>
    internal static string Short(Results results, Target gateway) => Of(
        "work",
        ["compared by", gateway.Name, "best peer", "joined send", "send for each"],
        results.Rows.Where(row => results.Targets(row).Contains(gateway)).Select(row =>
        {
            var leading = results.Leading(row);
            return (row, (IEnumerable<string>)
            [
                leading.Title,
                Number(results.Value(row, gateway, leading)?.Median, leading.Format),
                Best(results, row, target => target != gateway && !target.IsFloor, named: true),
                Best(results, row, target => target is FloorTarget { Joins: true }, named: false),
                Best(results, row, target => target is FloorTarget { Joins: false }, named: false),
            ]);
        }));

    static string Of(string title, IReadOnlyList<string> columns, IEnumerable<(string Name, IEnumerable<string> Cells)> lines)
    {
        var text = new StringBuilder();
        text.AppendLine(Line([title, .. columns]));
        text.AppendLine(Line(["---", .. columns.Select(_ => "---:")]));
        foreach (var (name, cells) in lines)
            text.AppendLine(Line([name, .. cells]));
        return text.ToString();
    }

    static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    static IEnumerable<string> Ratios(Results results, string row, Target target) =>
    [
        Times(target.IsFloor ? null : results.Ratio(row, target, other => other is not GatewayTarget && !other.IsFloor && other != target)),
        Times(target.IsFloor ? null : results.Ratio(row, target, other => other is FloorTarget { Joins: true })),
        Times(target.IsFloor ? null : results.Ratio(row, target, other => other is FloorTarget { Joins: false })),
    ];

    static string Best(Results results, string row, Func<Target, bool> which, bool named)
    {
        var leading = results.Leading(row);
        var best = results.Targets(row).Where(which).Select(target => (target.Name, results.Value(row, target, leading)?.Median))
            .Where(entry => entry.Median is not null).OrderBy(entry => entry.Median).FirstOrDefault();
        string number = Number(best.Median, leading.Format);
        return named && best.Median is not null ? $"{number} ({best.Name})" : number;
    }

    static string Cell(Spread? spread, Metric metric) => spread is not { } value
        ? ""
        : value.Least == value.Most
            ? Number(value.Median, metric.Format)
            : $"{Number(value.Median, metric.Format)} ({Number(value.Least, metric.Format)}–{Number(value.Most, metric.Format)})";

    static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";

    static string Times(double? value) => value is null ? "" : $"{Number(value, "F2")} ×";
}
