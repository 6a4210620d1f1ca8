namespace Gateway.Compare.Work;

/// <summary>What one run of one server gave for one row of the tables.</summary>
/// <param name="Row">What was done.</param>
/// <param name="Leading">The figure that servers are compared by.</param>
/// <param name="Values">All figures.</param>
sealed record Sample(string Row, Metric Leading, IReadOnlyList<(Metric Metric, double Value)> Values);
