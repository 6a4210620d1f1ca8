namespace Gateway.Core.Auth.Jwt;

/// <summary>Where the keys of a scheme come from. Thread-safe.</summary>
interface IJwtKeys : IReportsHealth
{
    /// <summary>The keys as they are known now; null if none have been seen yet. Never waits.</summary>
    JwtKeySet? Current { get; }

    /// <summary>Counts the changes of the keys.</summary>
    int Generation { get; }

    /// <summary>Looks whether there are other keys by now, and ends when that is known; at once if it was done a moment ago.</summary>
    Task LookAgainAsync(CancellationToken cancellation);
}
