using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Core.Auth.Jwt;

/// <summary>A key that tokens are verified with, and the algorithms that it serves. Thread-safe.</summary>
abstract class JwtKey(JwtKeyKind kind, string? id)
{
    public JwtKeyKind Kind => kind;

    /// <summary>The name by which tokens may refer to it.</summary>
    public string? Id => id;

    /// <summary>A secret.</summary>
    /// <param name="secret">Its bytes.</param>
    /// <param name="id">Its name, if it has one.</param>
    /// <param name="algorithms">What it serves; others than those for secrets are left out.</param>
    public static JwtKey FromSecret(byte[] secret, string? id, IEnumerable<string> algorithms) => new Shared(secret, id, algorithms);

    /// <summary>A public key.</summary>
    /// <param name="kind">Of what kind it is.</param>
    /// <param name="key">The key, strong enough.</param>
    /// <param name="id">Its name, if it has one.</param>
    /// <param name="algorithms">What it serves; others than those of its kind are left out.</param>
    public static JwtKey FromPublic(JwtKeyKind kind, SecurityKey key, string? id, IEnumerable<string> algorithms) =>
        new Public(kind, key, id, algorithms);

    /// <summary>
    /// Whether the key may be meant: the token names it, or one of the two has no name. A token's <c>kid</c> is no more
    /// than a hint (RFC 7515, section 4.1.4), but a key that has another name is not meant by it.
    /// </summary>
    public bool MayBe(string? keyId) => id == null || keyId == null || id == keyId;

    /// <summary>The algorithms that it serves.</summary>
    public abstract IReadOnlyCollection<string> Algorithms { get; }

    /// <summary>Whether the key, by this algorithm, made the signature. False for an algorithm that it does not serve.</summary>
    public abstract bool Verifies(string algorithm, byte[] signed, byte[] signature);

    static HashSet<string> OfKind(JwtKeyKind kind, IEnumerable<string> algorithms) =>
        [.. algorithms.Intersect(JwtAlgorithm.Names(kind), StringComparer.Ordinal)];

    sealed class Shared(byte[] secret, string? id, IEnumerable<string> algorithms) : JwtKey(JwtKeyKind.Secret, id)
    {
        readonly HashSet<string> _algorithms = OfKind(JwtKeyKind.Secret, algorithms);

        public override IReadOnlyCollection<string> Algorithms => _algorithms;

        public override bool Verifies(string algorithm, byte[] signed, byte[] signature)
        {
            if (!_algorithms.Contains(algorithm))
                return false;
            Span<byte> expected = stackalloc byte[HMACSHA512.HashSizeInBytes];
            int length = algorithm switch
            {
                JwtAlgorithm.Default => HMACSHA256.HashData(secret, signed, expected),
                "HS384" => HMACSHA384.HashData(secret, signed, expected),
                _ => HMACSHA512.HashData(secret, signed, expected),
            };
            return CryptographicOperations.FixedTimeEquals(expected[..length], signature);
        }
    }

    sealed class Public(JwtKeyKind kind, SecurityKey key, string? id, IEnumerable<string> algorithms) : JwtKey(kind, id)
    {
        readonly Dictionary<string, AsymmetricSignatureProvider> _providers =
            OfKind(kind, algorithms).ToDictionary(name => name, name => new AsymmetricSignatureProvider(key, name, willCreateSignatures: false));

        public override IReadOnlyCollection<string> Algorithms => _providers.Keys;

        public override bool Verifies(string algorithm, byte[] signed, byte[] signature) =>
            _providers.TryGetValue(algorithm, out var provider) && signature.Length > 0 && provider.Verify(signed, signature);
    }
}
