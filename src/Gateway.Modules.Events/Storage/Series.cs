namespace Gateway.Modules.Events.Storage;

/// <summary>
/// Events that repeat: whenever one has fired, the next is inserted. It ends when one of its events is cancelled, whichever
/// it is. Not thread-safe.
/// </summary>
/// <param name="Id">The identifier of its first event.</param>
/// <param name="Repetition">When its events fire.</param>
sealed record Series(Guid Id, Repetition Repetition)
{
    /// <summary>The event that is still to come; null = it has ended.</summary>
    public EventRecord? Pending { get; set; }

    /// <summary>How many of its events are kept.</summary>
    public int Kept { get; set; }
}
