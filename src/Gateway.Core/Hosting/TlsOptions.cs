using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Core.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gateway.Core.Hosting;

/// <summary><c>Tls</c>: the certificate of <c>https://</c> addresses, as PEM files relative to the configuration file.</summary>
public sealed class TlsOptions : IValidatedOptions
{
    /// <summary>The file of the certificate, followed by the intermediate ones if there are any.</summary>
    public string? Certificate { get; set; }

    /// <summary>The file of its private key.</summary>
    public string? Key { get; set; }

    /// <inheritdoc/>
    public IEnumerable<OptionFault> Validate()
    {
        if (Certificate == null && Key != null)
            yield return new(nameof(Certificate), "missing", "the file of the certificate that the key belongs to");
        if (Certificate != null && Key == null)
            yield return new(nameof(Key), "missing", "the file of the certificate's private key");
    }

    /// <summary>Reads the files; null, and a fault, where they are no certificate.</summary>
    internal HttpsConnectionAdapterOptions? Load(string baseDirectory, ConfigurationFaults faults)
    {
        if (Certificate == null || Key == null)
        {
            faults.Add("Tls", "missing, but there are https:// addresses", "Certificate and Key, two PEM files");
            return null;
        }
        try
        {
            string file = Path.Combine(baseDirectory, Certificate);
            var certificate = X509Certificate2.CreateFromPemFile(file, Path.Combine(baseDirectory, Key));
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file);
            return new() { ServerCertificate = certificate, ServerCertificateChain = chain };
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            faults.Add("Tls", e.Message, "readable PEM files of a certificate and its private key");
            return null;
        }
    }
}
