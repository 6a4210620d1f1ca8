using Gateway.Core.Connections;
using Gateway.Core.Redis;
using Gateway.Core.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Hosting.Reloading;

/// <summary>
/// Changes what runs into what a plan says, as far as that goes without a restart. A connection ends only where its module
/// or its tenant does.
/// </summary>
sealed class RunningGateway(
    GatewayOptions options, LogLevelSwitch level, AdminGuard admin, ConnectionRegistry connections, TenantHosts tenants, Doors doors,
    IServiceProvider services)
{
    // For the goodbyes, and then for what its requests are in the middle of.
    static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(5);
    static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(1);

    /// <summary>Does so.</summary>
    /// <param name="plan">What is to run.</param>
    /// <param name="changes">The keys that have changed.</param>
    /// <param name="failures">Gets a line for what could not be started.</param>
    public async Task TakeAsync(GatewayPlan plan, IReadOnlyList<string> changes, List<string> failures)
    {
        TakeCore(plan.Options);
        foreach (var tenant in tenants.All.Where(tenant => plan.Tenants.All(planned => planned.Tenant != tenant.Tenant)).ToList())
            await CloseAsync(tenant).ConfigureAwait(false);
        foreach (var planned in plan.Tenants)
        {
            if (tenants.Find(planned.Tenant.Name) is { } tenant)
                await TakeAsync(tenant, planned, plan.Options, changes, failures).ConfigureAwait(false);
            else
                await OpenAsync(planned, failures).ConfigureAwait(false);
        }
        tenants.ByHostName = plan.ByHostName;
        options.Auth = InForce(tenants.All[0], options.Auth, plan.Options.Auth);
        options.Tenants = plan.Options.Tenants;
    }

    void TakeCore(GatewayOptions planned)
    {
        (options.Log, level.Level) = (planned.Log, planned.Log.Level);
        options.Limits = connections.Limits = planned.Limits;
        options.Admin.Token = planned.Admin.Token;
        admin.Take(planned.Admin.Token);
    }

    async Task TakeAsync(TenantHost tenant, TenantPlan planned, GatewayOptions next, IReadOnlyList<string> changes, List<string> failures)
    {
        var limits = next.Tenants.GetValueOrDefault(tenant.Tenant.Name);
        if (limits != null)
        {
            tenant.Tenant.Limits.Change(limits.Limits);
            limits.Auth = InForce(tenant, options.Tenants[tenant.Tenant.Name].Auth, limits.Auth);
        }
        foreach (var host in tenant.Hosts.Where(host => planned.Modules.All(module => module.Name != host.Module.Name)).ToList())
            await CloseAsync(tenant, host).ConfigureAwait(false);
        foreach (var module in planned.Modules)
        {
            if (tenant.Find(module.Name) is not { } host)
                continue;
            host.Module.Take(module);
            // Routing looks at all endpoints anew: for what has changed only.
            if (changes.Any(key => Concerns(key, module)))
                doors.Open(host);
        }
        await tenant.TakeAsync(planned.Schemes).ConfigureAwait(false);
        foreach (var module in planned.Modules.Where(module => tenant.Find(module.Name) == null))
            await OpenAsync(tenant, module, failures).ConfigureAwait(false);
    }

    static bool Concerns(string key, EnabledModule module) =>
        IsBelow(key, $"{nameof(GatewayOptions.Modules)}:{module.Name}") || IsBelow(key, module.Key);

    static bool IsBelow(string key, string section) => key.StartsWith($"{section}:", StringComparison.OrdinalIgnoreCase);

    // Schemes that cannot be replaced go on with the settings that they have.
    static Dictionary<string, IConfigurationSection> InForce(
        TenantHost tenant, Dictionary<string, IConfigurationSection> before, Dictionary<string, IConfigurationSection> next) =>
        next.ToDictionary(
            scheme => scheme.Key, scheme => tenant.Schemes.Keeps(scheme.Key) ? before.GetValueOrDefault(scheme.Key) ?? scheme.Value : scheme.Value,
            StringComparer.OrdinalIgnoreCase);

    async Task OpenAsync(TenantPlan planned, List<string> failures)
    {
        var tenant = await doors.OpenAsync(planned with { Modules = [] }).ConfigureAwait(false);
        foreach (var module in planned.Modules)
            await OpenAsync(tenant, module, failures).ConfigureAwait(false);
    }

    async Task OpenAsync(TenantHost tenant, EnabledModule module, List<string> failures)
    {
        // What Redis is needed for has been decided at the start.
        if (RedisUse.IsIn(module.Services) && services.GetService<RedisLink>() == null)
            return;
        try
        {
            doors.Open(await tenant.AddAsync(module, CancellationToken.None).ConfigureAwait(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failures.Add($"{module.Key}: {e.Message}");
        }
    }

    async Task CloseAsync(TenantHost tenant)
    {
        foreach (var host in tenant.Hosts)
            await CloseAsync(tenant, host).ConfigureAwait(false);
        doors.Close(tenant);
        await tenants.RemoveAsync(tenant).ConfigureAwait(false);
    }

    async Task CloseAsync(TenantHost tenant, ModuleHost host)
    {
        doors.Close(host);
        await SendAwayAsync(host.Module).ConfigureAwait(false);
        await tenant.RemoveAsync(host, CancellationToken.None).ConfigureAwait(false);
    }

    async Task SendAwayAsync(EnabledModule module)
    {
        long start = Environment.TickCount64;
        foreach (var connection in Of(module))
            connection.Close(CloseReason.Draining);
        while (Environment.TickCount64 - start < LeaveTime.TotalMilliseconds && Of(module).Any())
            await Task.Delay(50).ConfigureAwait(false);
        foreach (var connection in Of(module))
            connection.Abort();
        await Task.Delay(RequestTime).ConfigureAwait(false);
    }

    IEnumerable<ClientConnection> Of(EnabledModule module) =>
        connections.Connections.Where(connection => connection.Tenant == module.Tenant.Name && connection.Module == module.Name);
}
