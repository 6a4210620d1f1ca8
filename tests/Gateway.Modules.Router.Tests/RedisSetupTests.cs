using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Testing;

namespace Gateway.Modules.Router.Tests;

/// <summary>A Redis that is reached otherwise than by a plain connection in RESP2 to one server.</summary>
public sealed class RedisSetupTests
{
    const string Subscribe = """{"event":"subscribe","subscription":"plain.a"}""";

    [SkippableFact]
    public async Task A_server_whose_certificate_is_trusted_is_reached_by_TLS()
    {
        using var folder = new TemporaryFolder();
        var (port, certificate) = (FreePort.Find(), Write(folder));
        await using var redis = await StartAsync(port, folder);
        await using var gateway = await StartAsync(port, "ssl=true,sslHost=redis.example", new() { ["SSL_CERT_FILE"] = certificate });

        await MessagesComeInOrderAsync(gateway, redis);
    }

    [SkippableFact]
    public async Task By_RESP3_commands_and_subscriptions_share_a_connection()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var gateway = await StartAsync(redis.Port, "protocol=resp3", []);

        await MessagesComeInOrderAsync(gateway, redis);
    }

    [SkippableFact]
    public async Task Sentinels_say_where_the_server_is()
    {
        using var folder = new TemporaryFolder();
        await using var redis = await RedisServer.StartAsync();
        await using var sentinel = await RedisServer.StartSentinelAsync(redis, folder);
        await using var gateway = await StartAsync(sentinel.Port, "serviceName=books", []);

        await MessagesComeInOrderAsync(gateway, redis);
    }

    [SkippableFact]
    public async Task A_cluster_may_be_of_one_server()
    {
        using var folder = new TemporaryFolder();
        await using var redis = await RedisServer.StartAsync(
            "--cluster-enabled", "yes", "--cluster-port", $"{FreePort.Find()}", "--cluster-config-file", Path.Combine(folder.Path, "nodes.conf"));
        using (var client = await RedisSocket.ConnectAsync($"redis://127.0.0.1:{redis.Port}"))
            Assert.Equal("+OK", await client.AskAsync("CLUSTER ADDSLOTSRANGE 0 16383"));
        await using var gateway = await StartAsync(redis.Port, "", []);

        await MessagesComeInOrderAsync(gateway, redis);
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

    static async Task MessagesComeInOrderAsync(GatewayProcess gateway, RedisServer redis)
    {
        await using var client = await ConnectAsync(gateway);
        await Eventually.BecomesTrueAsync(async () => await StatusAsync(client) == "ok", "a subscription");
        await client.SubscribeAsync("plain.b");

        using var publisher = await RedisSocket.ConnectAsync($"redis://127.0.0.1:{redis.Port}");
        for (int i = 0; i < 200; i++)
            Assert.Equal(":1", await publisher.PublishAsync($"plain.{"ab"[i % 2]}", $$"""{"subscription":"plain.{{"ab"[i % 2]}}","data":{{i}}}"""));
        for (int i = 0; i < 200; i++)
            await client.ExpectPushesAsync($"plain.{"ab"[i % 2]}", $"{i}");
    }

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
