using Gateway.Core.Modules;
using Gateway.Core.Tenants;

namespace Gateway.Core.Hosting.Reloading;

/// <summary>Tells which keys a reload reaches, once it has done what it can.</summary>
/// <param name="before">The modules that ran before it.</param>
/// <param name="tenants">What runs now.</param>
/// <param name="plan">What should.</param>
sealed class ReloadReach(IReadOnlySet<ModuleHost> before, TenantHosts tenants, GatewayPlan plan)
{
    /// <summary>Whether the new value of a key waits for the next start.</summary>
    public bool NeedsRestart(string key)
    {
        string[] parts = key.Split(':');
        return parts.Select(part => part.ToLowerInvariant()).ToArray() switch
        {
            ["limits" or "log", ..] or ["admin", "token"] => false,
            ["auth"] or ["modules"] or ["tenants"] => false,
            ["auth", ..] => IsKept(Tenant.DefaultName, parts[1]),
            ["modules", ..] => plan.Tenants.Any(tenant => NeedsRestart(tenant, parts[1], parts.AsSpan(2))),
            ["tenants", _] or ["tenants", _, "limits" or "hosts" or "metricstoken", ..] or ["tenants", _, "auth" or "modules"] => false,
            ["tenants", _, "auth", ..] => IsKept(parts[1], parts[3]),
            ["tenants", _, "modules", ..] => plan.Tenants.Any(tenant => Same(tenant.Tenant.Name, parts[1]) && NeedsRestart(tenant, parts[3], parts.AsSpan(4))),
            _ => true,
        };
    }

    bool IsKept(string tenant, string scheme) =>
        tenants.All.FirstOrDefault(host => Same(host.Tenant.Name, tenant))?.Schemes.Keeps(scheme) == true;

    bool NeedsRestart(TenantPlan tenant, string module, ReadOnlySpan<string> below)
    {
        bool isListen = !below.IsEmpty && Same(below[0], nameof(ModuleOptions.Listen));
        if (!tenant.Modules.Any(planned => Same(planned.Name, module)))
            return isListen;
        if (tenants.Find(tenant.Tenant.Name)?.Hosts.FirstOrDefault(host => Same(host.Module.Name, module)) is not { } host)
            return true;
        if (!before.Contains(host) || below.IsEmpty)
            return isListen;
        string path = string.Join(':', below);
        return !Same(below[0], nameof(ModuleOptions.Enabled)) && !host.Module.Module.Reloadable.Any(key => IsAtOrBelow(path, key));
    }

    static bool IsAtOrBelow(string path, string key) =>
        Same(path, key) || path.StartsWith($"{key}:", StringComparison.OrdinalIgnoreCase);

    static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
