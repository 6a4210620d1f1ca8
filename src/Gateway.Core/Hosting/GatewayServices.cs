using Gateway.Core.Admin;
using Gateway.Core.Auth;
using Gateway.Core.Connections;
using Gateway.Core.Connections.Reactors;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Connections.WebSockets;
using Gateway.Core.Diagnostics;
using Gateway.Core.Hosting.Reloading;
using Gateway.Core.Redis;
using Gateway.Core.Tenants;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Hosting;

/// <summary>The services of the core, one of each for the process.</summary>
static class GatewayServices
{
    public static void Add(IServiceCollection services, ILoggerFactory logs, GatewayOptions options, IReadOnlyList<TenantPlan> tenants)
    {
        services.AddSingleton(logs);
        services.AddRouting();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, WebSocketMatcherPolicy>());
        services.AddSingleton(new ConnectionRegistry(options.Limits));
        services.AddSingleton(provider =>
            provider.GetService<Reactor[]>() is { } reactors ? new SenderLoops(reactors) : SenderLoops.OfThreads(Environment.ProcessorCount));
        services.AddSingleton<TimerWheel>();
        services.AddSingleton<ConnectionLifecycle>();
        AddReactor(services, options);
        services.AddSingleton<FaultMiddleware>();
        services.AddSingleton(provider => new Refusals(
            provider.GetRequiredService<GatewayMetrics>(), provider.GetRequiredService<ConnectionRegistry>(), logs.CreateLogger<Refusals>()));
        services.AddSingleton<AccessMiddleware>();
        // Before the tenants' own services, which use it, and so stopped after them.
        AddRedis(services, logs, options, tenants);
        services.AddSingleton<TenantHosts>();
        services.AddHostedService(provider => provider.GetRequiredService<TenantHosts>());
        services.AddSingleton<DoorEndpoints>();
        services.AddSingleton<Doors>();
        services.AddSingleton(new AdminGuard(options.Admin));
        services.AddSingleton<RunningGateway>();
        services.AddSingleton<Reload>();
        services.AddHostedService<ConfigurationWatch>();
        services.AddMetrics();
        services.AddSingleton<GatewayMetrics>();
        MetricsEndpoint.AddExporter(services);
        TraceExport.Add(services, options.Traces);
        services.AddSingleton(options.Drain);
        services.AddSingleton<WebConnections>();
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.AddSingleton<AdminViews>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain.Limit);
        services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        services.AddCors();
        services.AddHealthChecks().AddCheck<GatewayCheck>(GatewayCheck.Name).AddCheck<ConfigurationCheck>(ConfigurationCheck.Name);
    }

    static void AddReactor(IServiceCollection services, GatewayOptions options)
    {
        if (!options.TakeOverConnections || !OperatingSystem.IsLinux())
            return;
        services.AddSingleton<Reactor[]>(provider => [.. Enumerable.Range(0, Environment.ProcessorCount)
            .Select(index => ActivatorUtilities.CreateInstance<Reactor>(provider, index))]);
        services.AddSingleton<ReactorListenerFactory>();
    }

    static void AddRedis(IServiceCollection services, ILoggerFactory logs, GatewayOptions options, IReadOnlyList<TenantPlan> tenants)
    {
        if (!tenants.SelectMany(tenant => tenant.Modules).Any(module => RedisUse.IsIn(module.Services)))
            return;
        services.AddSingleton(_ => new RedisLink(options.Redis, logs));
        services.AddHostedService(provider => provider.GetRequiredService<RedisLink>());
        services.AddHealthChecks().AddCheck<RedisLink>(RedisLink.HealthName);
    }
}
