namespace Gateway.Core.Auth.Jwt;

/// <summary>A signature algorithm of RFC 7518, section 3.1, and the kind of key that it takes. There is no <c>none</c>.</summary>
sealed record JwtAlgorithm(string Name, JwtKeyKind Kind)
{
    /// <summary>What a secret serves unless others are named.</summary>
    public const string Default = "HS256";

    /// <summary>All that are offered.</summary>
    public static IReadOnlyList<JwtAlgorithm> All { get; } =
    [
        new(Default, JwtKeyKind.Secret), new("HS384", JwtKeyKind.Secret), new("HS512", JwtKeyKind.Secret),
        new("RS256", JwtKeyKind.Rsa), new("RS384", JwtKeyKind.Rsa), new("RS512", JwtKeyKind.Rsa),
        new("PS256", JwtKeyKind.Rsa), new("PS384", JwtKeyKind.Rsa), new("PS512", JwtKeyKind.Rsa),
        new("ES256", JwtKeyKind.EcP256), new("ES384", JwtKeyKind.EcP384), new("ES512", JwtKeyKind.EcP521),
    ];

    /// <summary>The names of those for secrets, or of those for public keys.</summary>
    public static IReadOnlyList<string> Names(bool forSecrets) =>
        [.. All.Where(algorithm => algorithm.Kind == JwtKeyKind.Secret == forSecrets).Select(algorithm => algorithm.Name)];

    /// <summary>The names of those for a kind of key.</summary>
    public static IEnumerable<string> Names(JwtKeyKind kind) =>
        All.Where(algorithm => algorithm.Kind == kind).Select(algorithm => algorithm.Name);
}
