using Gateway.Core.Configuration;
using Gateway.Core.Hosting;
using Gateway.Core.Tenants;
using Microsoft.AspNetCore.Http;

namespace Gateway.Testing;

/// <summary>
/// The gateway in the test's own process, with real sockets and a temporary folder of its own. Its modules are those
/// that the test project refers to. Disposing stops it, which takes no time once its clients are gone.
/// </summary>
public sealed class GatewayFixture : IAsyncDisposable
{
    /// <summary>Stands for the path of the temporary folder, wherever it is in the configuration or the command line.</summary>
    public const string FolderMark = "{folder}";

    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    readonly TemporaryFolder _folder;
    readonly GatewayServer _server;

    GatewayFixture(TemporaryFolder folder, GatewayServer server) => (_folder, _server) = (folder, server);

    /// <summary>The services that the modules of the default tenant see.</summary>
    public IServiceProvider Services => _server.ServicesOf(Tenant.DefaultName);

    /// <summary>What requests are matched with: every operation of every module of every tenant.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _server.Endpoints;

    /// <summary>The temporary folder: <c>gateway.json</c>, <c>cert.pem</c> and <c>key.pem</c> lie in it.</summary>
    public string Folder => _folder.Path;

    /// <summary>Starts a gateway.</summary>
    /// <param name="json">
    /// The text of <c>gateway.json</c>. <c>"Tls": {"Certificate": "cert.pem", "Key": "key.pem"}</c> names a certificate
    /// that is there, and <see cref="FolderMark"/> the folder itself, for Unix sockets.
    /// </param>
    /// <param name="settings">The command line, such as <c>--Modules:Channels:QueueBytes=1024</c>.</param>
    /// <exception cref="InvalidOperationException">The configuration is refused; the text has its faults, one a line.</exception>
    public static async Task<GatewayFixture> StartAsync(string json, params IReadOnlyList<string> settings)
    {
        var folder = new TemporaryFolder();
        try
        {
            var server = Build(folder, json, settings);
            try
            {
                await server.StartAsync();
                return new GatewayFixture(folder, server);
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>An address of a module, with its real port: those of its path on the shared ones come first, then its own.</summary>
    public Uri Address(string module, int index = 0)
    {
        var urls = _server.Addresses.FirstOrDefault(address => address.Module == module)?.Urls ?? [];
        return index < urls.Count
            ? new Uri(urls[index])
            : throw new InvalidOperationException($"{module} has no address {index} but {string.Join(", ", urls)}.");
    }

    /// <summary>The address of the embedded Redis endpoint, with its real port; null where no module uses one.</summary>
    public string? EmbeddedRedis => _server.EmbeddedRedis;

    /// <summary>The metrics as they are now.</summary>
    public async Task<MetricsPage> MetricsAsync()
    {
        var address = _server.AdminUrls is [var own, ..] ? own : _server.Addresses[0].Urls[0];
        await using var client = await WireClient.ConnectAsync(new Uri(address));
        var reply = await client.RequestAsync("GET", "/metrics");
        return reply.Status == 200 ? MetricsPage.Parse(reply.Text) : throw new InvalidOperationException($"No metrics: {reply}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(StopLimit);
        await _server.StopAsync(limit.Token);
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    static GatewayServer Build(TemporaryFolder folder, string json, IReadOnlyList<string> settings)
    {
        folder.Write("cert.pem", TestCertificate.Certificate);
        folder.Write("key.pem", TestCertificate.Key);
        var file = folder.Write("gateway.json", Located(json));
        var faults = new ConfigurationFaults();
        var configuration = GatewayConfiguration.Load(file, [.. settings.Select(Located)], faults);
        var server = GatewayServer.Build(configuration, faults);
        return server ?? throw new InvalidOperationException($"The configuration is refused.\n{string.Join('\n', faults.Lines)}");

        string Located(string text) => text.Replace(FolderMark, folder.Path, StringComparison.Ordinal);
    }
}
