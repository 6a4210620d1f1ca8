using Gateway.Core.Auth;
using Gateway.Core.Tenants;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.Core.Hosting;

/// <summary>A tenant that runs, with its modules. Modules come and go one change at a time; reading is thread-safe.</summary>
sealed class TenantHost : IAsyncDisposable
{
    readonly IServiceProvider _core;
    readonly DataDirectory _data;
    volatile IReadOnlyList<ModuleHost> _hosts;
    Schemes? _schemesBefore;

    public TenantHost(TenantPlan plan, IServiceProvider core, DataDirectory data)
    {
        (Tenant, Schemes, _core, _data) = (plan.Tenant, plan.Schemes, core, data);
        _hosts = [.. plan.Modules.Select(Open)];
        Services = new AnyModule(this);
    }

    public Tenant Tenant { get; }

    /// <summary>Its schemes.</summary>
    public Schemes Schemes { get; private set; }

    /// <summary>Its modules that run.</summary>
    public IReadOnlyList<ModuleHost> Hosts => _hosts;

    public IEnumerable<EnabledModule> Modules => _hosts.Select(host => host.Module);

    /// <summary>The services that its modules see: of each kind that of the first module which has it.</summary>
    public IServiceProvider Services { get; }

    /// <summary>The module of a name; null if it does not run.</summary>
    public ModuleHost? Find(string module) => _hosts.FirstOrDefault(host => host.Module.Name == module);

    /// <summary>What its schemes depend on.</summary>
    public IEnumerable<(string Name, HealthReportEntry Result)> CheckSchemes() =>
        from scheme in Schemes.All
        where scheme.Scheme is IReportsHealth
        select ($"auth/{scheme.Scheme.Name}", HealthOf((IReportsHealth)scheme.Scheme));

    /// <summary>Starts what the modules run in the background.</summary>
    /// <exception cref="IOException">Something that is stored cannot be read.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        Tenant.Revocations.Load();
        foreach (var host in _hosts)
            await host.StartAsync(cancellation).ConfigureAwait(false);
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        foreach (var host in _hosts.Reverse())
            await host.StopAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Starts one more module.</summary>
    /// <exception cref="IOException">Something that is stored cannot be read; the module does not run.</exception>
    public async Task<ModuleHost> AddAsync(EnabledModule module, CancellationToken cancellation)
    {
        var host = Open(module);
        try
        {
            await host.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        _hosts = [.. _hosts.Append(host).OrderBy(one => one.Module.Name, StringComparer.OrdinalIgnoreCase)];
        return host;
    }

    /// <summary>Stops a module that no client uses any more.</summary>
    public async Task RemoveAsync(ModuleHost host, CancellationToken cancellation)
    {
        _hosts = [.. _hosts.Where(other => other != host)];
        await host.StopAsync(cancellation).ConfigureAwait(false);
        await host.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Has other schemes from now on. Those of before are closed at the next change: somebody may be asking them.</summary>
    public async Task TakeAsync(Schemes schemes)
    {
        if (_schemesBefore != null)
            await _schemesBefore.DisposeExceptAsync(Schemes).ConfigureAwait(false);
        (_schemesBefore, Schemes) = (Schemes, schemes);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync().ConfigureAwait(false);
        if (_schemesBefore != null)
            await _schemesBefore.DisposeExceptAsync(Schemes).ConfigureAwait(false);
        await Schemes.DisposeAsync().ConfigureAwait(false);
        Tenant.Revocations.Dispose();
    }

    ModuleHost Open(EnabledModule module) => new(module, Schemes, _core, _data);

    // A scheme that lacks what it depends on may still know many clients.
    static HealthReportEntry HealthOf(IReportsHealth scheme) => new(
        scheme.Problem == null ? HealthStatus.Healthy : HealthStatus.Degraded, scheme.Problem, TimeSpan.Zero, exception: null, data: null);

    sealed class AnyModule(TenantHost tenant) : IServiceProvider
    {
        public object? GetService(Type serviceType) =>
            tenant.Hosts.Select(host => host.Services.GetService(serviceType)).FirstOrDefault(service => service != null);
    }
}
