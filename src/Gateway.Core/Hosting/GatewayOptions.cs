using Gateway.Core.Configuration;
using Gateway.Core.Diagnostics;
using Gateway.Core.Modules;
using Gateway.Core.Redis;
using Gateway.Core.Tenants;
using Microsoft.Extensions.Configuration;

namespace Gateway.Core.Hosting;

/// <summary>The top level of <c>gateway.json</c>.</summary>
public sealed class GatewayOptions : IValidatedOptions
{
    /// <summary>The shared addresses, on which every module is served at its path.</summary>
    public IReadOnlyList<string> Urls { get; set; } = ["http://127.0.0.1:8080"];

    /// <summary>The folder below which everything durable lives; relative to the configuration file.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>Proxies whose forwarded headers are believed: addresses or networks.</summary>
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];

    /// <summary>Where topics are shared with other programs.</summary>
    public RedisOptions Redis { get; set; } = new();

    /// <summary>A section for each module; one that is absent is off.</summary>
    public Dictionary<string, IConfigurationSection> Modules { get; set; } = [];

    /// <summary>The schemes of the default tenant, by name.</summary>
    public Dictionary<string, IConfigurationSection> Auth { get; set; } = [];

    /// <summary>App teams with data, topics, schemes and limits of their own.</summary>
    public Dictionary<string, TenantOptions> Tenants { get; set; } = [];

    /// <summary>How many connections may be open.</summary>
    public LimitOptions Limits { get; set; } = new();

    /// <summary>How the gateway takes its leave.</summary>
    public DrainOptions Drain { get; set; } = new();

    /// <summary>The certificate of <c>https://</c> addresses.</summary>
    public TlsOptions Tls { get; set; } = new();

    /// <summary>
    /// Whether WebSockets and event streams leave the web server once they are open, which saves most of their memory. Only
    /// on Linux, and on addresses without TLS that are not Unix sockets; elsewhere, and with <c>false</c>, they stay.
    /// </summary>
    public bool TakeOverConnections { get; set; } = true;

    /// <summary>What is logged.</summary>
    public LogOptions Log { get; set; } = new();

    /// <summary>Where spans are sent.</summary>
    public TracesOptions Traces { get; set; } = new();

    /// <summary>Where operators look.</summary>
    public AdminOptions Admin { get; set; } = new();

    /// <summary>Whether nothing but this machine can reach the gateway.</summary>
    internal bool ListensOnLoopbackOnly =>
        Urls.All(IsLoopback) && Modules.Values.Concat(Tenants.Values.SelectMany(tenant => tenant.Modules.Values)).SelectMany(ListensOf).All(IsLoopback);

    /// <inheritdoc/>
    public IEnumerable<OptionFault> Validate()
    {
        if (Urls.Count == 0)
            yield return new(nameof(Urls), "no address to listen on", ListenAddress.Allowed);
        foreach (string url in Urls.Where(url => !ListenAddress.TryParse(url, out _)))
            yield return new(nameof(Urls), $"\"{url}\" is no address to listen on", ListenAddress.Allowed);
        foreach (string proxy in TrustedProxies.Where(proxy => !Hosting.TrustedProxies.IsValid(proxy)))
            yield return new(nameof(TrustedProxies), $"\"{proxy}\" is no address", Hosting.TrustedProxies.Allowed);
        if (DataDirectory.Length == 0)
            yield return new(nameof(DataDirectory), "empty", "the path of a folder");
    }

    static bool IsLoopback(string url) => ListenAddress.TryParse(url, out var address) && address.IsLoopback;

    // Before any module is bound: whether a secret may be weak depends on where all of them listen.
    static IEnumerable<string> ListensOf(IConfigurationSection module)
    {
        var listen = module.GetSection(nameof(ModuleOptions.Listen));
        return (listen.Value is { } text ? ListText.Split(text) : [])
            .Concat(listen.GetChildren().Select(child => child.Value ?? ""));
    }
}
