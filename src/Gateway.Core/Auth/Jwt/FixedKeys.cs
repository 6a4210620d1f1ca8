namespace Gateway.Core.Auth.Jwt;

/// <summary>Keys that stay as they are while the gateway runs.</summary>
sealed class FixedKeys(IReadOnlyList<JwtKey> keys) : IJwtKeys
{
    public JwtKeySet Current { get; } = new(keys);

    JwtKeySet? IJwtKeys.Current => Current;

    public int Generation => 0;

    public string? Problem => null;

    public Task LookAgainAsync(CancellationToken cancellation) => Task.CompletedTask;
}
