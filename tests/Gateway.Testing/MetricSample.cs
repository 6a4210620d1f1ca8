namespace Gateway.Testing;

/// <summary>One line of a metrics page.</summary>
public sealed record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
