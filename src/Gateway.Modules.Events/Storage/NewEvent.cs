namespace Gateway.Modules.Events.Storage;

/// <summary>What a client inserts.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="CollectionId">The collection.</param>
/// <param name="Timestamp">When it fires, in seconds of Unix time.</param>
/// <param name="Data">JSON without needless white space, in ASCII.</param>
/// <param name="Repetition">How it repeats; null = it fires once.</param>
sealed record NewEvent(string Name, Guid CollectionId, long Timestamp, byte[] Data, Repetition? Repetition = null);
