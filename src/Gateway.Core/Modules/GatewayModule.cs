using Gateway.Core.Auth;
using Gateway.Core.Configuration;
using Gateway.Core.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Modules;

/// <summary>
/// The usual way to write a module: options that are bound strictly, services, and endpoints.
/// See <see cref="IGatewayModule"/> for a complete example.
/// </summary>
/// <typeparam name="TOptions">The section's keys, with their defaults and ranges.</typeparam>
/// <param name="name">The name of the section.</param>
public abstract class GatewayModule<TOptions>(string name) : IGatewayModule where TOptions : ModuleOptions, new()
{
    TOptions? _options;

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public virtual TokenRule TokenRule => TokenRule.Default;

    /// <inheritdoc/>
    public virtual string? OwnSchemeType => null;

    /// <inheritdoc/>
    public virtual IReadOnlyCollection<string> Reloadable => ModuleOptions.Reloadable;

    /// <inheritdoc/>
    public virtual IResult Refusal(AuthFault fault) => Problems.Refusal(fault);

    /// <inheritdoc/>
    public ModuleOptions ConfigureServices(IServiceCollection services, IConfigurationSection section, ConfigurationFaults faults)
    {
        _options = StrictBinder.Bind<TOptions>(section, faults);
        _options.Path ??= $"/{Name.ToLowerInvariant()}";
        Configure(services, _options);
        return _options;
    }

    /// <inheritdoc/>
    public void MapEndpoints(ModuleRoutes routes) =>
        Map(routes, _options ?? throw new InvalidOperationException($"The services of module {Name} have not been configured."));

    /// <summary>Registers services that the endpoints need; none by default.</summary>
    protected virtual void Configure(IServiceCollection services, TOptions options)
    {
    }

    /// <summary>Maps the endpoints. Patterns are relative to the module's door.</summary>
    protected abstract void Map(ModuleRoutes routes, TOptions options);
}
