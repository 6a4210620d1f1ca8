using Gateway.Core.Auth;
using Gateway.Core.Configuration;
using Gateway.Core.Connections;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Diagnostics;
using Gateway.Core.Modules;
using Gateway.Core.Redis;
using Gateway.Core.Tenants;
using Gateway.Core.Topics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Hosting;

/// <summary>A tenant that runs: its modules with a service provider of its own, over the core's services that all share.</summary>
sealed class TenantHost : IAsyncDisposable
{
    readonly ServiceProvider _services;
    readonly Schemes _schemes;
    readonly Dictionary<string, ITopicList> _topics = [];

    public TenantHost(TenantPlan plan, IServiceProvider core, DataDirectory data)
    {
        (Tenant, Modules, _schemes) = (plan.Tenant, plan.Modules, plan.Schemes);
        Share(core, plan.Services);
        plan.Services.AddSingleton(Tenant);
        plan.Services.AddSingleton(data);
        var metrics = core.GetRequiredService<GatewayMetrics>();
        metrics.Add(Tenant);
        var health = plan.Services.AddHealthChecks();
        foreach (var scheme in _schemes.All.Select(scheme => scheme.Scheme))
        {
            plan.Services.AddSingleton(scheme);
            if (scheme is IReportsHealth reporter)
                health.AddCheck($"auth/{scheme.Name}", () => HealthOf(reporter));
        }
        foreach (var module in Modules)
        {
            plan.Services.PostConfigure<HealthCheckServiceOptions>(checks => AddDefaultCheck(checks, module.Name));
            var hub = typeof(TopicHub<>).MakeGenericType(module.Module.GetType());
            var topics = TopicHubs.Create(hub, core.GetRequiredService<SenderLoops>(), module.Settings(metrics));
            plan.Services.AddSingleton(hub, topics);
            _topics[module.Name] = (ITopicList)topics;
        }
        if (RedisUse.IsIn(plan.Services))
            plan.Services.AddSingleton(new RedisConnection(core.GetRequiredService<RedisLink>(), Tenant.IsDefault ? "" : $"{Tenant.Name}:"));
        _services = plan.Services.BuildServiceProvider();
    }

    public Tenant Tenant { get; }

    public IReadOnlyList<EnabledModule> Modules { get; }

    public IServiceProvider Services => _services;

    /// <summary>The topics of each module, by its name.</summary>
    public IReadOnlyDictionary<string, ITopicList> Topics => _topics;

    /// <summary>Maps a module's endpoints below its doors.</summary>
    public void Map(IEndpointRouteBuilder endpoints, EnabledModule module)
    {
        var settings = module.Settings(_services.GetRequiredService<GatewayMetrics>());
        foreach (var door in new[] { module.SharedDoor, module.OwnDoor })
        {
            var group = endpoints.MapGroup(door.Prefix).WithMetadata(door, settings).RequireCors(module.Id);
            module.Module.MapEndpoints(new ModuleRoutes(group, settings, module.Authenticator, _services));
        }
    }

    /// <summary>Starts what the modules run in the background.</summary>
    /// <exception cref="IOException">Something that is stored cannot be read.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        Tenant.Revocations.Load();
        foreach (var service in _services.GetServices<IHostedService>())
            await service.StartAsync(cancellation).ConfigureAwait(false);
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        foreach (var service in _services.GetServices<IHostedService>().Reverse())
            await service.StopAsync(cancellation).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync().ConfigureAwait(false);
        await _schemes.DisposeAsync().ConfigureAwait(false);
        Tenant.Revocations.Dispose();
    }

    // A scheme that lacks what it depends on may still know many clients.
    static HealthCheckResult HealthOf(IReportsHealth scheme) =>
        scheme.Problem is { } problem ? HealthCheckResult.Degraded(problem) : HealthCheckResult.Healthy();

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
        services.AddSingleton(core.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
    }
}
