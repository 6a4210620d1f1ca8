using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Core.Auth.Jwt;

/// <summary>Reads a file of public keys: PEM blocks, or a JSON Web Key Set.</summary>
static class KeyFile
{
    const int MaxBytes = 1 << 20;

    /// <summary>The keys that serve one of the algorithms.</summary>
    /// <exception cref="FormatException">It has no keys, or others than public ones.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<JwtKey> Read(string path, IReadOnlyCollection<string> algorithms)
    {
        if (new FileInfo(path).Length > MaxBytes)
            throw new FormatException("too large for a file of keys");
        string text = File.ReadAllText(path);
        if (text.AsSpan().TrimStart().StartsWith("{"))
            return JwkSet.Read(text, algorithms);
        try
        {
            return ReadPem(text, algorithms);
        }
        catch (CryptographicException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    static List<JwtKey> ReadPem(string text, IReadOnlyCollection<string> algorithms)
    {
        var keys = new List<JwtKey>();
        for (int at = 0; PemEncoding.TryFind(text.AsSpan(at), out var found); at += found.Location.End.Value)
        {
            var block = text.AsSpan(at)[found.Location];
            string label = text.AsSpan(at)[found.Label].ToString();
            var key = ReadBlock(block, label, algorithms) ?? throw new FormatException($"a {label} that is too weak or of no known kind");
            keys.Add(key.Algorithms.Count > 0 ? key : throw new FormatException($"a {label} that serves none of the algorithms"));
        }
        return keys.Count > 0 ? keys : throw new FormatException("neither PEM nor a JSON Web Key Set");
    }

    static JwtKey? ReadBlock(ReadOnlySpan<char> pem, string label, IReadOnlyCollection<string> algorithms)
    {
        if (label == "CERTIFICATE")
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            using var rsa = certificate.GetRSAPublicKey();
            using var ec = certificate.GetECDsaPublicKey();
            return Of(rsa, ec, algorithms);
        }
        if (label is not ("PUBLIC KEY" or "RSA PUBLIC KEY"))
            throw new FormatException($"a {label}, which is no public key");
        using var anyRsa = TryImport(RSA.Create(), pem);
        using var anyEc = anyRsa == null ? TryImport(ECDsa.Create(), pem) : null;
        return Of(anyRsa, anyEc, algorithms);
    }

    static T? TryImport<T>(T key, ReadOnlySpan<char> pem) where T : AsymmetricAlgorithm
    {
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            return null;
        }
    }

    static JwtKey? Of(RSA? rsa, ECDsa? ec, IReadOnlyCollection<string> algorithms) =>
        rsa != null ? PublicKeys.Rsa(rsa.ExportParameters(false), null, algorithms)
        : ec != null ? PublicKeys.EllipticCurve(ec.ExportParameters(false), null, algorithms)
        : null;
}
