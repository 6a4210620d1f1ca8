using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Testing;

namespace Gateway.Modules.Router.Tests;

/// <summary>A Redis that is reached by TLS.</summary>
public sealed class RedisTlsTests
{
    const string Subscribe = """{"event":"subscribe","subscription":"plain.a"}""";

    [SkippableFact]
    public async Task Messages_come_in_order_from_a_server_whose_certificate_is_trusted()
    {
        using var folder = new TemporaryFolder();
        var (port, certificate) = (FreePort.Find(), Write(folder));
        await using var redis = await StartAsync(port, folder);
        await using var gateway = await StartAsync(port, "ssl=true,sslHost=redis.example", new() { ["SSL_CERT_FILE"] = certificate });
        await using var client = await ConnectAsync(gateway);
        await Eventually.BecomesTrueAsync(async () => await StatusAsync(client) == "ok", "a subscription");
        await client.SubscribeAsync("plain.b");

        using var publisher = await RedisSocket.ConnectAsync($"redis://127.0.0.1:{redis.Port}");
        for (int i = 0; i < 200; i++)
            Assert.Equal(":1", await publisher.PublishAsync($"plain.{"ab"[i % 2]}", $$"""{"subscription":"plain.{{"ab"[i % 2]}}","data":{{i}}}"""));
        for (int i = 0; i < 200; i++)
            await client.ExpectPushesAsync($"plain.{"ab"[i % 2]}", $"{i}");
    }

    [SkippableTheory, InlineData("ssl=true,sslHost=redis.example", false), InlineData("ssl=true,sslHost=another.example", true), InlineData("ssl=true", true)]
    public async Task A_server_whose_certificate_is_not_trusted_or_anothers_is_none(string settings, bool isTrusted)
    {
        using var folder = new TemporaryFolder();
        var (port, certificate) = (FreePort.Find(), Write(folder));
        await using var redis = await StartAsync(port, folder);
        await using var gateway = await StartAsync(port, settings, isTrusted ? new() { ["SSL_CERT_FILE"] = certificate } : []);
        await using var client = await ConnectAsync(gateway);
        Assert.Equal("error", await StatusAsync(client));
    }

    static Task<RedisServer> StartAsync(int port, TemporaryFolder folder) => RedisServer.StartAsync(
        "--tls-port", $"{port}", "--tls-auth-clients", "no", "--tls-cert-file", Path.Combine(folder.Path, "cert.pem"),
        "--tls-key-file", Path.Combine(folder.Path, "key.pem"), "--tls-ca-cert-file", Path.Combine(folder.Path, "cert.pem"));

    static Task<GatewayProcess> StartAsync(int port, string settings, Dictionary<string, string> environment) => GatewayProcess.StartAsync(
        $$"""
        {
          "Urls": "http://127.0.0.1:0",
          "Redis": { "Mode": "External", "Configuration": "127.0.0.1:{{port}},{{settings}}" },
          "Modules": { "Router": { "Services": { "plain": { "RequireAuthentication": false } } } }
        }
        """,
        environment: environment);

    static async Task<RouterClient> ConnectAsync(GatewayProcess gateway)
    {
        var wire = await WireClient.ConnectAsync(gateway.Address("Router"));
        Assert.Equal(101, (await wire.UpgradeAsync("/router")).Status);
        return new RouterClient(wire);
    }

    static async Task<string?> StatusAsync(RouterClient client)
    {
        await client.SendAsync(Subscribe);
        return (string?)(await client.ReadAsync())["status"];
    }

    // For a name that is not the address: it must be told.
    static string Write(TemporaryFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=redis.example", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("redis.example");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem());
        return folder.Write("cert.pem", certificate.ExportCertificatePem());
    }
}
