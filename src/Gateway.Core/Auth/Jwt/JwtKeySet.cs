namespace Gateway.Core.Auth.Jwt;

/// <summary>The keys of a scheme at one time. Immutable.</summary>
/// <param name="Keys">The keys.</param>
/// <param name="Issuer">Who issues tokens by these keys, where their source says so.</param>
sealed record JwtKeySet(IReadOnlyList<JwtKey> Keys, string? Issuer = null)
{
    /// <summary>Whether one of the keys may be the one that a token names.</summary>
    public bool MayHave(string? keyId) => Keys.Any(key => key.MayBe(keyId));
}
