namespace Gateway.Compare.Report;

/// <summary>The same figure of several rounds.</summary>
readonly record struct Spread(double Least, double Median, double Most)
{
    internal static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        double median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return new(sorted[0], median, sorted[^1]);
    }
}
