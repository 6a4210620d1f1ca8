using Gateway.Core.Auth;
using Gateway.Core.Configuration;
using Gateway.Core.Hosting;
using Gateway.Core.Modules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tenants;

/// <summary>
/// A tenant as configured: modules, options and schemes of its own, before anything runs. Each tenant has module objects
/// and a service collection of its own, so that no module can mix two up: it never sees more than one.
/// </summary>
sealed record TenantPlan(Tenant Tenant, IReadOnlyList<string> Hosts, IReadOnlyList<EnabledModule> Modules, Schemes Schemes, IServiceCollection Services)
{
    static readonly HashSet<string> NoNulls = [];

    /// <summary>The plans of all tenants, the default one first.</summary>
    public static IReadOnlyList<TenantPlan> Create(
        GatewayOptions options, ModuleCatalog catalog, Func<Tenant, AuthSchemeContext> context, DataDirectory data, ConfigurationFaults faults)
    {
        var plans = new List<TenantPlan> { Plan(NewTenant(Tenant.DefaultName, new(), data), [], options.Modules, options.Auth, catalog, context, faults) };
        foreach (var (name, tenant) in options.Tenants)
        {
            if (!DoorPath.IsValid($"/{name}") || name == Tenant.DefaultName)
                faults.Add($"Tenants:{name}", "no name for a tenant", "letters, digits, '-', '_', '.' and '~', but not default");
            else
                plans.Add(Plan(NewTenant(name, tenant.Limits, data), tenant.Hosts, Inherit(name, options.Modules, tenant.Modules), tenant.Auth, catalog, context, faults));
        }
        return plans;
    }

    static TenantPlan Plan(
        Tenant tenant, IReadOnlyList<string> hosts, IReadOnlyDictionary<string, IConfigurationSection> modules,
        IReadOnlyDictionary<string, IConfigurationSection> auth, ModuleCatalog catalog, Func<Tenant, AuthSchemeContext> context, ConfigurationFaults faults)
    {
        var services = new ServiceCollection();
        var surroundings = context(tenant);
        var schemes = Schemes.Create(auth, catalog, surroundings, faults);
        var enabled = new List<EnabledModule>();
        foreach (var (name, section) in modules.OrderBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (catalog.Create(name) is not { } module)
                faults.Add(section.Path, "no such module", string.Join(", ", catalog.Names));
            else if (!bool.TryParse(section[nameof(ModuleOptions.Enabled)], out bool on) || on)
                enabled.Add(Enable(module, section));
        }
        return new(tenant, hosts, enabled, schemes, services);

        EnabledModule Enable(IGatewayModule module, IConfigurationSection section)
        {
            var options = module.ConfigureServices(services, section, faults);
            if (options.Auth.Count == 0 && module.OwnSchemeType is { } type)
            {
                schemes.Provide(module.Name, type, catalog, surroundings, faults);
                options.Auth = [module.Name];
            }
            return EnabledModule.Create(tenant, module, options, schemes, section.Path, faults);
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
