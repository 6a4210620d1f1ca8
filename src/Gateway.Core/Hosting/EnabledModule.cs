using Gateway.Core.Auth;
using Gateway.Core.Configuration;
using Gateway.Core.Connections;
using Gateway.Core.Diagnostics;
using Gateway.Core.Modules;
using Gateway.Core.Tenants;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Hosting;

/// <summary>A module that runs for a tenant, with its options and schemes as configured.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Module">The module object, this tenant's own.</param>
/// <param name="Options">Its options.</param>
/// <param name="Authenticator">Who is let in.</param>
/// <param name="Services">What it has registered.</param>
/// <param name="Key">The key of its section.</param>
sealed record EnabledModule(
    Tenant Tenant, IGatewayModule Module, ModuleOptions Options, Authenticator Authenticator, IServiceCollection Services, string Key)
{
    public string Name => Module.Name;

    /// <summary>Its name among all modules of all tenants: the module's own for the default tenant.</summary>
    public string Id => Tenant.IsDefault ? Name : $"{Tenant.Name}/{Name}";

    /// <summary>Which pages may use it.</summary>
    public OriginPolicy Origins { get; private set; } = new(Options.AllowedOrigins);

    /// <summary>Whether it is open to all without having said so.</summary>
    public bool IsOpenByDefault => Options.Auth.Count == 0;

    /// <summary>The door on the shared addresses: its path, below the tenant's.</summary>
    public Door SharedDoor => new(this, Door.SharedPrefix(Tenant, Options.Path!));

    /// <summary>The door on addresses of its own, the tenant's or, by host name, those of the default tenant's module.</summary>
    public Door OwnDoor => new(this, Door.OwnPrefix(Tenant, Name));

    public static EnabledModule Create(
        Tenant tenant, IGatewayModule module, ModuleOptions options, Schemes schemes, IServiceCollection services, string key, ConfigurationFaults faults) =>
        new(tenant, module, options, new Authenticator(schemes.Select(options.Auth, $"{key}:{nameof(options.Auth)}", faults), tenant.Revocations), services, key);

    /// <summary>
    /// Takes over what can change while it runs: the keys of <see cref="IGatewayModule.Reloadable"/>, and its schemes. Its
    /// endpoints have to be mapped again.
    /// </summary>
    public void Take(EnabledModule planned)
    {
        foreach (string key in Module.Reloadable)
            Copy(planned.Options, Options, key.Split(':'));
        Origins = new(Options.AllowedOrigins);
        Authenticator.Take(planned.Authenticator);
    }

    static void Copy(object from, object to, ReadOnlySpan<string> path)
    {
        var property = OptionsClass.Keys(to.GetType())[path[0]];
        if (path.Length == 1)
            property.SetValue(to, property.GetValue(from));
        else
            Copy(property.GetValue(from)!, property.GetValue(to)!, path[1..]);
    }

    public ConnectionSettings Settings(GatewayMetrics metrics) => new()
    {
        Tenant = Tenant,
        Module = Name,
        Metrics = metrics.For(Tenant.Name, Name),
        QueueBytes = Options.QueueBytes == 0 ? long.MaxValue : Options.QueueBytes,
        SlowConsumer = Options.SlowConsumer,
    };
}
