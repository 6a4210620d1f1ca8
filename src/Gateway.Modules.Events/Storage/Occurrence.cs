namespace Gateway.Modules.Events.Storage;

/// <summary>The event that follows another one of its series.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Timestamp">When it fires, in seconds of Unix time.</param>
readonly record struct Occurrence(Guid Id, long Timestamp);
