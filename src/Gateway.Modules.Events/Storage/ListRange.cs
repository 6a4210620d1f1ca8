namespace Gateway.Modules.Events.Storage;

/// <summary>What of a list is asked for.</summary>
/// <param name="After">The event before the first, whoever's it is; null = the beginning.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="From">The first second; null = the beginning of time.</param>
/// <param name="To">The first second that is no longer asked for; null = the end of time.</param>
readonly record struct ListRange(Guid? After, int Limit, long? From, long? To)
{
    /// <summary>All of it.</summary>
    public static ListRange All { get; } = new(null, int.MaxValue, null, null);
}
