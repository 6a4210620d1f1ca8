using Gateway.Core.Tenants;

namespace Gateway.Core.Hosting;

/// <summary>Opens and closes tenants and modules to clients.</summary>
sealed class Doors(TenantHosts tenants, DoorEndpoints endpoints, ModuleAddresses addresses, GatewayOptions options, DataDirectory data, IServiceProvider services)
{
    /// <summary>Makes a tenant of a plan, with its modules, and serves it. What it stores is loaded when all are started.</summary>
    public TenantHost Open(TenantPlan plan)
    {
        var tenant = new TenantHost(plan, services, data.Of(plan.Tenant.Name));
        tenants.Add(tenant);
        bool hasConsole = tenant.Tenant.IsDefault && options.Admin.Listen.Count == 0;
        endpoints.Put(tenant, routes =>
        {
            IndexEndpoint.Map(routes, tenant.Tenant, () => [.. tenant.Modules.Select(addresses.Of)], hasConsole);
            // The default tenant's would be at the operators' own address.
            if (!tenant.Tenant.IsDefault)
                TenantMetricsEndpoint.Map(routes, tenant.Tenant, () => options.Tenants.GetValueOrDefault(tenant.Tenant.Name)?.MetricsToken);
        });
        foreach (var module in tenant.Hosts)
            Open(module);
        return tenant;
    }

    /// <summary>Makes a tenant of a plan, and serves it, when the others run already.</summary>
    public async Task<TenantHost> OpenAsync(TenantPlan plan)
    {
        var tenant = Open(plan);
        await tenant.StartAsync(CancellationToken.None).ConfigureAwait(false);
        return tenant;
    }

    /// <summary>Serves a module by what its options say now.</summary>
    public void Open(ModuleHost module) => endpoints.Put(module, module.Map);

    /// <summary>Serves a tenant, whose modules are closed, no longer.</summary>
    public void Close(TenantHost tenant) => endpoints.Remove(tenant);

    /// <summary>Serves a module to nobody who comes from now on.</summary>
    public void Close(ModuleHost module) => endpoints.Remove(module);
}
