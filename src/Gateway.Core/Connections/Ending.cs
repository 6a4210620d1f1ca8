namespace Gateway.Core.Connections;

/// <summary>A connection that ended, or a client that was not let in, as operators see it.</summary>
/// <param name="Number">Its place among all endings since the start, from 1.</param>
/// <param name="At">When.</param>
/// <param name="Kind"><c>closed</c> or <c>refused</c>.</param>
/// <param name="Tenant">The tenant.</param>
/// <param name="Module">The module.</param>
/// <param name="Connection">The connection's id; null for a refusal.</param>
/// <param name="Address">Where the client connected from; null on a Unix socket.</param>
/// <param name="Code">Why, as metrics and problems name it: <c>slow_consumer</c>, <c>token_expired</c>.</param>
/// <param name="CloseCode">The WebSocket close code that belongs to it; null for a refusal.</param>
/// <param name="Detail">More, where there is more; never a token.</param>
/// <param name="Seconds">How long the connection was open; null for a refusal.</param>
sealed record Ending(
    long Number, DateTimeOffset At, string Kind, string Tenant, string Module, long? Connection, string? Address,
    string Code, int? CloseCode, string? Detail, double? Seconds);
