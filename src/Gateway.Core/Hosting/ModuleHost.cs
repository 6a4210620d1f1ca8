using System.Diagnostics.Metrics;
using Gateway.Core.Auth;
using Gateway.Core.Configuration;
using Gateway.Core.Connections;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Diagnostics;
using Gateway.Core.Modules;
using Gateway.Core.Redis;
using Gateway.Core.Topics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Hosting;

/// <summary>A module that runs for a tenant, with a service provider of its own over the core's services that all share.</summary>
sealed class ModuleHost : IAsyncDisposable
{
    readonly ServiceProvider _services;

    public ModuleHost(EnabledModule module, Schemes schemes, IServiceProvider core, DataDirectory data)
    {
        Module = module;
        var services = module.Services;
        Share(core, services);
        services.AddSingleton(module.Tenant);
        services.AddSingleton(data);
        foreach (var scheme in schemes.All)
            services.AddSingleton(scheme.Scheme);
        services.AddHealthChecks();
        services.PostConfigure<HealthCheckServiceOptions>(checks => AddDefaultCheck(checks, module.Name));
        var hub = typeof(TopicHub<>).MakeGenericType(module.Module.GetType());
        Topics = (ITopicList)TopicHubs.Create(hub, core.GetRequiredService<SenderLoops>(), module.Settings(core.GetRequiredService<GatewayMetrics>()));
        services.AddSingleton(hub, Topics);
        if (RedisUse.IsIn(services))
            services.AddSingleton(new RedisConnection(core.GetRequiredService<RedisLink>(), module.Tenant.IsDefault ? "" : $"{module.Tenant.Name}:"));
        _services = services.BuildServiceProvider();
    }

    public EnabledModule Module { get; }

    public IServiceProvider Services => _services;

    /// <summary>Its topics.</summary>
    public ITopicList Topics { get; }

    /// <summary>Maps its endpoints below its doors.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        var settings = Module.Settings(_services.GetRequiredService<GatewayMetrics>());
        foreach (var door in new[] { Module.SharedDoor, Module.OwnDoor })
        {
            var group = endpoints.MapGroup(door.Prefix).WithMetadata(door, settings).RequireCors(policy => ModuleCors.Allow(policy, Module));
            Module.Module.MapEndpoints(new ModuleRoutes(group, settings, Module.Authenticator, _services));
        }
    }

    /// <summary>Starts what the module runs in the background.</summary>
    /// <exception cref="IOException">Something that is stored cannot be read.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        foreach (var service in _services.GetServices<IHostedService>())
            await service.StartAsync(cancellation).ConfigureAwait(false);
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        foreach (var service in _services.GetServices<IHostedService>().Reverse())
            await service.StopAsync(cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    // A module that has more to say registers a check of its own under its name.
    static void AddDefaultCheck(HealthCheckServiceOptions health, string module)
    {
        if (health.Registrations.All(check => check.Name != module))
            health.Registrations.Add(new(module, new HealthyCheck(), failureStatus: null, tags: null));
    }

    sealed class HealthyCheck : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(HealthCheckResult.Healthy());
    }

    // As objects, not as factories: a provider disposes of what its factories made.
    static void Share(IServiceProvider core, IServiceCollection services)
    {
        services.AddSingleton(core.GetRequiredService<ILoggerFactory>());
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddOptions();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(core.GetRequiredService<ConfigurationFolder>());
        services.AddSingleton(core.GetRequiredService<ConnectionRegistry>());
        services.AddSingleton(core.GetRequiredService<ConnectionLifecycle>());
        services.AddSingleton(core.GetRequiredService<SenderLoops>());
        services.AddSingleton(core.GetRequiredService<GatewayMetrics>());
        services.AddSingleton(core.GetRequiredService<Refusals>());
        services.AddSingleton(core.GetRequiredService<IMeterFactory>());
    }
}
