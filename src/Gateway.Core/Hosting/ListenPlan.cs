using Gateway.Core.Configuration;
using Gateway.Core.Tenants;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Core.Hosting;

/// <summary>Which addresses are listened on, and what is wrong with them taken together.</summary>
static class ListenPlan
{
    public static IReadOnlyList<Listener> Create(GatewayOptions options, IReadOnlyList<TenantPlan> tenants, ConfigurationFaults faults)
    {
        var listeners = new List<Listener>();
        foreach (string url in options.Urls)
            listeners.Add(Listen(nameof(options.Urls), url, null, null));
        foreach (string url in options.Admin.Listen)
            listeners.Add(Listen("Admin:Listen", url, null, RawPath.AdminAddress()));
        foreach (var module in tenants.SelectMany(tenant => tenant.Modules))
        {
            foreach (string url in module.Options.Listen)
                listeners.Add(Listen($"{module.Key}:Listen", url, module, RawPath.OwnAddress(module.Tenant, module.Name)));
        }
        ReportSharedAddresses(listeners, faults);
        ReportOpenModules(listeners, tenants, faults);
        return listeners;
    }

    static Listener Listen(string key, string url, EnabledModule? module, Func<ConnectionDelegate, ConnectionDelegate>? mark) =>
        ListenAddress.TryParse(url, out var address) ? new(key, address, module, mark) : throw new FormatException($"{key}: {url}");

    static void ReportSharedAddresses(List<Listener> listeners, ConfigurationFaults faults)
    {
        foreach (var (i, listener) in listeners.Index())
        {
            if (listeners.Take(i).FirstOrDefault(other => other.Address.CollidesWith(listener.Address)) is { } other)
                faults.Add(listener.Key, $"{listener.Address} is also in {other.Key}", "an address that nothing else listens on");
        }
    }

    /// <summary>Everybody who can connect could do everything: that must be said, not forgotten.</summary>
    public static void ReportOpenModules(IReadOnlyList<Listener> listeners, IReadOnlyList<TenantPlan> tenants, ConfigurationFaults faults)
    {
        foreach (var module in tenants.SelectMany(tenant => tenant.Modules).Where(module => module.IsOpenByDefault))
        {
            var exposed = listeners.FirstOrDefault(l => !l.Address.IsLoopback && (l.IsShared || l.Module?.Name == module.Name));
            if (exposed != null)
                faults.Add($"{module.Key}:Auth", $"missing, but {exposed.Address} can be reached from other machines", "the name of a scheme, or \"none\" for a module that is meant to be open");
        }
    }
}
