namespace Gateway.Modules.Streams;

/// <summary>What to do with a <c>Range</c> header.</summary>
enum RangeKind
{
    /// <summary>There is none, or none that means anything: the whole is served.</summary>
    Ignored,

    /// <summary>206.</summary>
    Satisfiable,

    /// <summary>416.</summary>
    Unsatisfiable,
}
