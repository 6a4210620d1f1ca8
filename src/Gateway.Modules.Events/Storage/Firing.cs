namespace Gateway.Modules.Events.Storage;

/// <summary>An event that fires, and the one that is to follow it.</summary>
/// <param name="Record">The event.</param>
/// <param name="Next">The next of its series; null if there is none.</param>
readonly record struct Firing(EventRecord Record, Occurrence? Next);
