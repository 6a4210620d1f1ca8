using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Testing;

/// <summary>A self-signed certificate for loopback addresses, made in memory once per test run.</summary>
static class TestCertificate
{
    static readonly Lazy<(string Certificate, string Key)> Pem = new(Create);

    /// <summary>The certificate as PEM.</summary>
    public static string Certificate => Pem.Value.Certificate;

    /// <summary>Its private key as PEM.</summary>
    public static string Key => Pem.Value.Key;

    static (string, string) Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
