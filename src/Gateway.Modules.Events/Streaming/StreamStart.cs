namespace Gateway.Modules.Events.Streaming;

/// <summary>Where a stream begins.</summary>
/// <param name="Place">Behind this place in the order of what has fired; null = behind what has fired until now.</param>
/// <param name="SendsLatest">Whether the latest event of each name is sent first.</param>
/// <param name="IsGap">Whether the client is told that it has missed events.</param>
/// <param name="Cursor">What is answered to the id that the client presented; null if it presented none.</param>
sealed record StreamStart(long? Place, bool SendsLatest, bool IsGap, string? Cursor)
{
    /// <summary>The latest of each name, then what fires.</summary>
    public static StreamStart Latest { get; } = new(null, true, false, null);

    /// <summary>What fires from now on.</summary>
    public static StreamStart Tail { get; } = new(null, false, false, null);

    /// <summary>What the client has seen last is not known, or too far back.</summary>
    public static StreamStart Gap { get; } = new(null, true, true, "earliest");

    /// <summary>What has fired behind a place.</summary>
    public static StreamStart At(long place) => new(place, false, false, null);
}
