using Gateway.Core.Configuration;
using Gateway.Core.Tenants;

namespace Gateway.Core.Hosting;

/// <summary>Where modules are served, with the real ports once the gateway has started.</summary>
sealed class ModuleAddresses(IReadOnlyList<Listener> listeners)
{
    /// <summary>A module's URLs: at its path on each shared address, then at the root of each of its own.</summary>
    public ModuleAddress Of(EnabledModule module)
    {
        var shared = listeners.Where(l => l.IsShared).Select(l => l.UrlOf(Door.TenantPrefix(module.Tenant) + module.Options.Path));
        var own = listeners.Where(l => l.Module?.Id == module.Id).Select(l => l.UrlOf("/"));
        return new(module.Id, [.. shared, .. own]);
    }

    /// <summary>Whether nothing but this machine can reach any module.</summary>
    public bool AreLoopback => listeners.All(l => l.IsAdmin || l.Address.IsLoopback);

    /// <summary>Reports modules of a plan that are open to all here without having said so.</summary>
    public void ReportOpenModules(IReadOnlyList<TenantPlan> tenants, ConfigurationFaults faults) => ListenPlan.ReportOpenModules(listeners, tenants, faults);

    /// <summary>The URLs of the shared addresses.</summary>
    public IEnumerable<string> Shared => listeners.Where(l => l.IsShared).Select(l => l.Url);

    /// <summary>Those of the operators' pages, if they have some of their own.</summary>
    public IEnumerable<string> Admin => listeners.Where(l => l.IsAdmin).Select(l => l.Url);
}
