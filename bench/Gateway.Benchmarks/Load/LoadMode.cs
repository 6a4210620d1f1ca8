namespace Gateway.Benchmarks.Load;

/// <summary>The kinds of load.</summary>
enum LoadMode
{
    /// <summary>As fast as the slowest subscriber receives.</summary>
    Flooded,

    /// <summary>So many messages a second.</summary>
    Paced,

    /// <summary>Connections and nothing else.</summary>
    Idle,
}
