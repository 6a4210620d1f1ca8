using Gateway.Core.Configuration;
using Gateway.Core.Modules;
using Gateway.Core.Tenants;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Hosting;

/// <summary>What a configuration asks for, before anything runs.</summary>
/// <param name="Options">The configuration, bound.</param>
/// <param name="Data">Where everything durable lives.</param>
/// <param name="Tenants">The tenants, the default one first.</param>
/// <param name="ByHostName">Which host names select which tenant.</param>
sealed record GatewayPlan(
    GatewayOptions Options, DataDirectory Data, IReadOnlyList<TenantPlan> Tenants, IReadOnlyDictionary<string, Tenant> ByHostName)
{
    /// <summary>What of a gateway that runs stays as it is.</summary>
    /// <param name="Tenants">Its tenants.</param>
    /// <param name="Data">Where everything durable lives.</param>
    /// <param name="IsOnlyLoopback">Whether nothing but this machine can reach it.</param>
    public sealed record Running(TenantHosts Tenants, DataDirectory Data, bool IsOnlyLoopback);

    /// <summary>Makes a plan; with faults, whatever could be made of it.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="running">What runs, where it is to be its next one.</param>
    /// <param name="catalog">The modules that there are.</param>
    /// <param name="logs">Where schemes log.</param>
    /// <param name="faults">Gets every fault.</param>
    public static GatewayPlan Create(
        GatewayConfiguration configuration, Running? running, ModuleCatalog catalog, ILoggerFactory logs, ConfigurationFaults faults)
    {
        var options = StrictBinder.Bind<GatewayOptions>(configuration.Root, faults);
        var data = running?.Data ?? new DataDirectory(Path.GetFullPath(options.DataDirectory, configuration.BaseDirectory));
        bool onlyLoopback = options.ListensOnLoopbackOnly && running?.IsOnlyLoopback != false;
        var tenants = TenantPlan.Create(
            options, running?.Tenants, catalog,
            tenant => new(tenant, configuration.BaseDirectory, data.Of(tenant), catalog.GrantClaims, onlyLoopback, TimeProvider.System, logs), data, faults);
        return new(options, data, tenants, TenantHosts.ByHost(tenants, faults));
    }
}
