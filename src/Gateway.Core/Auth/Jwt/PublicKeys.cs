using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Core.Auth.Jwt;

/// <summary>Makes keys of public numbers, where these are a key that can be relied on.</summary>
static class PublicKeys
{
    static readonly (string Oid, string Name, JwtKeyKind Kind)[] Curves =
    [
        (ECCurve.NamedCurves.nistP256.Oid.Value!, "P-256", JwtKeyKind.EcP256),
        (ECCurve.NamedCurves.nistP384.Oid.Value!, "P-384", JwtKeyKind.EcP384),
        (ECCurve.NamedCurves.nistP521.Oid.Value!, "P-521", JwtKeyKind.EcP521),
    ];

    /// <summary>Null for a weak key.</summary>
    /// <exception cref="CryptographicException">It is no key.</exception>
    public static JwtKey? Rsa(RSAParameters numbers, string? id, IEnumerable<string> algorithms)
    {
        if (!RsaStrength.IsEnough(numbers.Modulus, numbers.Exponent))
            return null;
        // Imported once, so that what is no key is found here and not when a token comes.
        using (RSA.Create(numbers))
            return JwtKey.FromPublic(JwtKeyKind.Rsa, new RsaSecurityKey(numbers), id, algorithms);
    }

    /// <summary>Null for a curve that no algorithm has.</summary>
    /// <exception cref="CryptographicException">It is no point of the curve.</exception>
    public static JwtKey? EllipticCurve(ECParameters numbers, string? id, IEnumerable<string> algorithms)
    {
        if (!numbers.Curve.IsNamed)
            return null;
        using var imported = ECDsa.Create(numbers);
        string? oid = numbers.Curve.Oid.Value;
        foreach (var (_, name, kind) in Curves.Where(known => known.Oid == oid))
        {
            var (x, y) = (Base64Url.EncodeToString(numbers.Q.X), Base64Url.EncodeToString(numbers.Q.Y));
            return JwtKey.FromPublic(kind, new JsonWebKey { Kty = "EC", Crv = name, X = x, Y = y }, id, algorithms);
        }
        return null;
    }
}
