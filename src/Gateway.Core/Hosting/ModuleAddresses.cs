namespace Gateway.Core.Hosting;

/// <summary>Where modules are served, with the real ports once the gateway has started.</summary>
sealed class ModuleAddresses(IReadOnlyList<Listener> listeners)
{
    /// <summary>A module's URLs: at its path on each shared address, then at the root of each of its own.</summary>
    public ModuleAddress Of(EnabledModule module)
    {
        var shared = listeners.Where(l => l.IsShared).Select(l => l.UrlOf(Door.TenantPrefix(module.Tenant) + module.Options.Path));
        var own = listeners.Where(l => l.Module == module).Select(l => l.UrlOf("/"));
        return new(module.Id, [.. shared, .. own]);
    }

    /// <summary>The URLs of the shared addresses.</summary>
    public IEnumerable<string> Shared => listeners.Where(l => l.IsShared).Select(l => l.Url);

    /// <summary>Those of the operators' pages, if they have some of their own.</summary>
    public IEnumerable<string> Admin => listeners.Where(l => l.IsAdmin).Select(l => l.Url);
}
