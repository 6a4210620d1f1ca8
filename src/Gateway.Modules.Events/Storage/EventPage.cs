namespace Gateway.Modules.Events.Storage;

/// <summary>A part of a list.</summary>
/// <param name="Records">The events, in the order of time.</param>
/// <param name="Version">The version of the whole list: another one whenever something of it has changed.</param>
sealed record EventPage(IReadOnlyList<EventRecord> Records, long Version)
{
    /// <summary>A list of nothing.</summary>
    public static EventPage Empty { get; } = new([], 0);
}
