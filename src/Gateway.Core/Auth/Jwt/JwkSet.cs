using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Core.Auth.Jwt;

/// <summary>
/// Reads a JSON Web Key Set (RFC 7517). Only public keys for signatures are taken from it: a secret or a private key that
/// was published is known to everybody. Keys that cannot be used are left out, as section 5 asks.
/// </summary>
static class JwkSet
{
    static readonly Dictionary<string, ECCurve> Curves = new()
    {
        ["P-256"] = ECCurve.NamedCurves.nistP256,
        ["P-384"] = ECCurve.NamedCurves.nistP384,
        ["P-521"] = ECCurve.NamedCurves.nistP521,
    };

    /// <summary>The keys that serve one of the algorithms.</summary>
    /// <exception cref="FormatException">It is no set of keys, or has none that can be used.</exception>
    public static IReadOnlyList<JwtKey> Read(string json, IReadOnlyCollection<string> algorithms)
    {
        using (var document = StrictJson.ParseObject(Encoding.UTF8.GetBytes(json)))
        {
            if (document == null)
                throw new FormatException("not a JSON object");
        }
        JwtKey[] keys = [.. Parse(json).Select(key => TryRead(key, algorithms)).OfType<JwtKey>()];
        return keys.Length > 0 ? keys : throw new FormatException("no key in it that can be used");
    }

    static IList<JsonWebKey> Parse(string json)
    {
        try
        {
            return new JsonWebKeySet(json).Keys;
        }
        catch (ArgumentException)
        {
            throw new FormatException("no JSON Web Key Set");
        }
    }

    static JwtKey? TryRead(JsonWebKey key, IReadOnlyCollection<string> algorithms)
    {
        bool verifies = key.Use is null or "sig" && (key.KeyOps.Count == 0 || key.KeyOps.Contains("verify"));
        if (!verifies || key.D != null || key.K != null)
            return null;
        var own = key.Alg == null ? algorithms : algorithms.Where(name => name == key.Alg);
        try
        {
            var read = key.Kty switch
            {
                "RSA" => PublicKeys.Rsa(new() { Modulus = Bytes(key.N), Exponent = Bytes(key.E) }, key.Kid, own),
                "EC" when key.Crv != null && Curves.TryGetValue(key.Crv, out var curve) => PublicKeys.EllipticCurve(
                    new() { Curve = curve, Q = new() { X = Bytes(key.X), Y = Bytes(key.Y) } }, key.Kid, own),
                _ => null,
            };
            return read is { Algorithms.Count: > 0 } ? read : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    static byte[]? Bytes(string? text) => text == null ? null : Base64UrlText.Decode(text);
}
