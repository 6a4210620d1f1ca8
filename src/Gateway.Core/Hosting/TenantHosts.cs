using Gateway.Core.Configuration;
using Gateway.Core.Tenants;
using Microsoft.Extensions.Hosting;

namespace Gateway.Core.Hosting;

/// <summary>All tenants that run. Started before the gateway listens, and stopped when it no longer does.</summary>
sealed class TenantHosts : IHostedService, IAsyncDisposable
{
    readonly List<TenantHost> _tenants = [];

    /// <summary>The tenants, the default one first.</summary>
    public IReadOnlyList<TenantHost> All => _tenants;

    /// <summary>The tenant of a name; null if there is none.</summary>
    public TenantHost? Find(string name) => _tenants.Find(tenant => tenant.Tenant.Name == name);

    /// <summary>The modules of all tenants.</summary>
    public IEnumerable<EnabledModule> Modules => _tenants.SelectMany(tenant => tenant.Modules);

    /// <summary>Which host names select which tenant; one that selects two is a fault.</summary>
    public static IReadOnlyDictionary<string, Tenant> ByHost(IReadOnlyList<TenantPlan> plans, ConfigurationFaults faults)
    {
        var byHost = new Dictionary<string, Tenant>(StringComparer.OrdinalIgnoreCase);
        foreach (var plan in plans)
        {
            foreach (string host in plan.Hosts)
            {
                if (!byHost.TryAdd(host, plan.Tenant))
                    faults.Add($"Tenants:{plan.Tenant.Name}:Hosts", $"\"{host}\" also selects {byHost[host].Name}", "a host name that selects no other tenant");
            }
        }
        return byHost;
    }

    public void Open(IReadOnlyList<TenantPlan> plans, IServiceProvider core, DataDirectory data) =>
        _tenants.AddRange(plans.Select(plan => new TenantHost(plan, core, data.Of(plan.Tenant.Name))));

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in _tenants)
            await tenant.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in _tenants)
            await tenant.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var tenant in _tenants)
            await tenant.DisposeAsync().ConfigureAwait(false);
    }
}
