using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.Testing;

namespace Gateway.Host.Tests;

public sealed class TlsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Https_serves_with_the_certificate_of_the_configuration()
    {
        using var certificate = WriteCertificate();
        await using var gateway = await GatewayProcess.StartAsync(args: ["--config", Write(
            """{ "Urls": "https://127.0.0.1:0", "Tls": { "Certificate": "cert.pem", "Key": "key.pem" }, "Modules": { "Channels": {} } }""")]);
        var address = gateway.Address("Channels");
        Assert.Equal("https", address.Scheme);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString();
        using var http = new HttpClient(handler);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        Assert.Contains("https://", await http.GetStringAsync(new Uri(address, "/"), limit.Token), StringComparison.Ordinal);

        using var client = new ClientWebSocket();
        await client.ConnectAsync(new UriBuilder(address) { Scheme = "wss", Path = "/channels/a" }.Uri, http, limit.Token);
        await client.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, true, limit.Token);
        byte[] buffer = new byte[100];
        var received = await client.ReceiveAsync(buffer, limit.Token);
        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", limit.Token);
    }

    [Theory]
    [InlineData("""{ "Urls": "https://127.0.0.1:0" }""", "missing")]
    [InlineData("""{ "Urls": "https://127.0.0.1:0", "Tls": { "Certificate": "none.pem", "Key": "none.pem" } }""", "none.pem")]
    [InlineData("""{ "Urls": "https://127.0.0.1:0", "Tls": { "Certificate": "config.json", "Key": "config.json" } }""", "PEM")]
    [InlineData("""{ "Modules": { "Channels": { "Listen": "https://127.0.0.1:0" } } }""", "missing")]
    public async Task Https_without_a_certificate_is_refused(string configJson, string said)
    {
        var (exitCode, _, stderr) = await GatewayProcess.RunAsync(args: ["check-config", "--config", Write(configJson)]);

        Assert.Equal(1, exitCode);
        string line = Assert.Single(stderr.Split('\n'));
        Assert.StartsWith("Tls: ", line, StringComparison.Ordinal);
        Assert.Contains(said, line, StringComparison.Ordinal);
    }

    string Write(string configJson) => _folder.Write("config.json", configJson);

    X509Certificate2 WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gateway.test", key, HashAlgorithmName.SHA256);
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _folder.Write("cert.pem", certificate.ExportCertificatePem());
        _folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }
}
