using Gateway.Core.Auth;
using Gateway.Core.Configuration;
using Gateway.Core.Hosting;
using Gateway.Core.Modules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tenants;

/// <summary>
/// A tenant as configured: modules, options and schemes of its own, before anything runs. Each tenant has module objects
/// of its own, each with a service collection of its own, so that no module can mix two up: it never sees more than one.
/// </summary>
sealed record TenantPlan(Tenant Tenant, IReadOnlyList<string> Hosts, IReadOnlyList<EnabledModule> Modules, Schemes Schemes)
{
    static readonly HashSet<string> NoNulls = [];

    /// <summary>The plans of all tenants, the default one first.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="running">
    /// The tenants that run, to be given other settings: plans for them are made of the same <see cref="Tenant"/> and of those
    /// schemes that stay as they are.
    /// </param>
    /// <param name="catalog">The modules and types of schemes.</param>
    /// <param name="context">What schemes of a tenant may use.</param>
    /// <param name="data">Where everything durable lives.</param>
    /// <param name="faults">Gets what is wrong.</param>
    public static IReadOnlyList<TenantPlan> Create(
        GatewayOptions options, TenantHosts? running, ModuleCatalog catalog, Func<string, AuthSchemeContext> context, DataDirectory data, ConfigurationFaults faults)
    {
        var plans = new List<TenantPlan> { PlanOne(Tenant.DefaultName, new(), [], options.Modules, options.Auth) };
        foreach (var (name, tenant) in options.Tenants)
        {
            if (!DoorPath.IsValid($"/{name}") || name == Tenant.DefaultName)
                faults.Add($"Tenants:{name}", "no name for a tenant", "letters, digits, '-', '_', '.' and '~', but not default");
            else
                plans.Add(PlanOne(name, tenant.Limits, tenant.Hosts, Inherit(name, options.Modules, tenant.Modules), tenant.Auth));
        }
        return plans;

        TenantPlan PlanOne(
            string name, TenantLimitOptions limits, IReadOnlyList<string> hosts, IReadOnlyDictionary<string, IConfigurationSection> modules,
            IReadOnlyDictionary<string, IConfigurationSection> auth)
        {
            var host = running?.Find(name);
            return Plan(host?.Tenant ?? NewTenant(name, limits, data), host?.Schemes, hosts, modules, auth, catalog, context(name), faults);
        }
    }

    static TenantPlan Plan(
        Tenant tenant, Schemes? running, IReadOnlyList<string> hosts, IReadOnlyDictionary<string, IConfigurationSection> modules,
        IReadOnlyDictionary<string, IConfigurationSection> auth, ModuleCatalog catalog, AuthSchemeContext surroundings, ConfigurationFaults faults)
    {
        var schemes = Schemes.Create(auth, running, catalog, surroundings, faults);
        var enabled = new List<EnabledModule>();
        foreach (var (name, section) in modules.OrderBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (catalog.Create(name) is not { } module)
                faults.Add(section.Path, "no such module", string.Join(", ", catalog.Names));
            else if (!bool.TryParse(section[nameof(ModuleOptions.Enabled)], out bool on) || on)
                enabled.Add(Enable(module, section));
        }
        return new(tenant, hosts, enabled, schemes);

        EnabledModule Enable(IGatewayModule module, IConfigurationSection section)
        {
            var services = new ServiceCollection();
            var options = module.ConfigureServices(services, section, faults);
            if (options.Auth.Count == 0 && module.OwnSchemeType is { } type)
            {
                schemes.Provide(module.Name, type, running, catalog, surroundings, faults);
                options.Auth = [module.Name];
            }
            return EnabledModule.Create(tenant, module, options, schemes, services, section.Path, faults);
        }
    }

    static Tenant NewTenant(string name, TenantLimitOptions limits, DataDirectory data) =>
        new(name, limits, new Revocations(Path.Combine(data.Of(name).Path, "revocations", "revoked.db")), TimeProvider.System);

    // The default tenant's keys, the tenant's own over them: read as one section, whose faults name the tenant's keys.
    static Dictionary<string, IConfigurationSection> Inherit(
        string tenant, IReadOnlyDictionary<string, IConfigurationSection> inherited, IReadOnlyDictionary<string, IConfigurationSection> own)
    {
        var merged = new SortedDictionary<string, IConfigurationSection>(StringComparer.OrdinalIgnoreCase);
        foreach (string module in inherited.Keys.Concat(own.Keys).Distinct(StringComparer.OrdinalIgnoreCase))
            merged[module] = Merge($"Tenants:{tenant}:Modules:{module}", inherited.GetValueOrDefault(module), own.GetValueOrDefault(module));
        return new(merged, StringComparer.OrdinalIgnoreCase);
    }

    static IConfigurationSection Merge(string path, IConfigurationSection? inherited, IConfigurationSection? own)
    {
        var layers = new SettingLayers();
        layers.Put(At(path, inherited?.GetChildren().Where(child => !IsListen(child)).SelectMany(Settings)), NoNulls);
        layers.Put(At(path, own?.AsEnumerable(makePathsRelative: true).Append(new("", own.Value))), NoNulls);
        return layers.Build().GetSection(path);
    }

    static bool IsListen(IConfigurationSection setting) => setting.Key.Equals(nameof(ModuleOptions.Listen), StringComparison.OrdinalIgnoreCase);

    // A setting and what is below it, with paths that begin with its own key.
    static IEnumerable<KeyValuePair<string, string?>> Settings(IConfigurationSection setting) => setting
        .AsEnumerable(makePathsRelative: true)
        .Select(below => KeyValuePair.Create(ConfigurationPath.Combine(setting.Key, below.Key), below.Value))
        .Append(new(setting.Key, setting.Value));

    static IConfigurationRoot At(string path, IEnumerable<KeyValuePair<string, string?>>? settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings?.Select(setting =>
            KeyValuePair.Create(setting.Key.Length == 0 ? path : ConfigurationPath.Combine(path, setting.Key), setting.Value)))
        .Build();
}
