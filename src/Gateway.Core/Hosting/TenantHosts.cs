using Gateway.Core.Configuration;
using Gateway.Core.Diagnostics;
using Gateway.Core.Tenants;
using Microsoft.Extensions.Hosting;

namespace Gateway.Core.Hosting;

/// <summary>
/// All tenants that run: started once the gateway listens, since to load what is stored takes its time, and stopped when it
/// no longer does. They come and go one change at a time; reading is thread-safe.
/// </summary>
sealed class TenantHosts(GatewayMetrics metrics) : IHostedLifecycleService, IAsyncDisposable
{
    volatile IReadOnlyList<TenantHost> _tenants = [];
    volatile IReadOnlyDictionary<string, Tenant> _byHostName = new Dictionary<string, Tenant>();

    /// <summary>The tenants, the default one first.</summary>
    public IReadOnlyList<TenantHost> All => _tenants;

    /// <summary>Which host names select which tenant.</summary>
    public IReadOnlyDictionary<string, Tenant> ByHostName
    {
        get => _byHostName;
        set => _byHostName = value;
    }

    /// <summary>Whether all that is stored has been loaded: clients are served from then on.</summary>
    public bool AreStarted { get; private set; }

    /// <summary>The tenant of a name; null if there is none.</summary>
    public TenantHost? Find(string name) => _tenants.FirstOrDefault(tenant => tenant.Tenant.Name == name);

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

    /// <summary>Makes a tenant one of them.</summary>
    public void Add(TenantHost tenant)
    {
        metrics.Add(tenant.Tenant);
        _tenants = [.. _tenants, tenant];
    }

    /// <summary>Takes one away that has no modules any more.</summary>
    public ValueTask RemoveAsync(TenantHost tenant)
    {
        _tenants = [.. _tenants.Where(other => other != tenant)];
        metrics.Remove(tenant.Tenant);
        return tenant.DisposeAsync();
    }

    /// <summary>Starts what the modules run in the background.</summary>
    /// <exception cref="IOException">Something that is stored cannot be read.</exception>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in _tenants)
            await tenant.StartAsync(cancellationToken).ConfigureAwait(false);
        AreStarted = true;
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in _tenants)
            await tenant.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var tenant in _tenants)
            await tenant.DisposeAsync().ConfigureAwait(false);
    }
}
