using Gateway.Core.Admin;
using Gateway.Core.Auth;
using Gateway.Core.Connections;
using Gateway.Core.Connections.Reactors;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Connections.WebSockets;
using Gateway.Core.Diagnostics;
using Gateway.Core.Redis;
using Gateway.Core.Tenants;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Hosting;

/// <summary>The services of the core, one of each for the process, and a CORS policy for each module of each tenant.</summary>
static class GatewayServices
{
    // With credentials, "*" stands for a header of that name (Fetch, section 3.3.4).
    static readonly string[] ReadableWithCredentials = ["ETag", "Last-Event-ID", "Location", "Retry-After", "Warning", "WWW-Authenticate"];

    public static void Add(IServiceCollection services, ILoggerFactory logs, GatewayOptions options, IReadOnlyList<TenantPlan> tenants)
    {
        services.AddSingleton(logs);
        services.AddRouting();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, WebSocketMatcherPolicy>());
        services.AddSingleton(new ConnectionRegistry(options.Limits));
        services.AddSingleton<SenderLoops>();
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
        services.AddMetrics();
        services.AddSingleton<GatewayMetrics>();
        MetricsEndpoint.AddExporter(services);
        services.AddSingleton(options.Drain);
        services.AddSingleton<WebConnections>();
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.AddSingleton<AdminViews>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain.Limit);
        services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        services.AddCors(cors => AddPolicies(cors, tenants));
        services.AddHealthChecks().AddCheck<DrainingCheck>(DrainingCheck.Name);
    }

    static void AddReactor(IServiceCollection services, GatewayOptions options)
    {
        if (!options.TakeOverConnections || !OperatingSystem.IsLinux())
            return;
        services.AddSingleton<Reactor>();
        services.AddSingleton<ReactorListenerFactory>();
    }

    static void AddRedis(IServiceCollection services, ILoggerFactory logs, GatewayOptions options, IReadOnlyList<TenantPlan> tenants)
    {
        if (!tenants.Any(tenant => RedisUse.IsIn(tenant.Services)))
            return;
        services.AddSingleton(_ => new RedisLink(options.Redis, logs));
        services.AddHostedService(provider => provider.GetRequiredService<RedisLink>());
        services.AddHealthChecks().AddCheck<RedisLink>(RedisLink.HealthName);
    }

    // Which requests are refused is decided before (OriginMiddleware); this only tells browsers what scripts may read.
    static void AddPolicies(CorsOptions cors, IReadOnlyList<TenantPlan> tenants)
    {
        foreach (var module in tenants.SelectMany(tenant => tenant.Modules))
            cors.AddPolicy(module.Id, policy => Allow(policy, module));
    }

    static void Allow(CorsPolicyBuilder policy, EnabledModule module)
    {
        policy.AllowAnyMethod().AllowAnyHeader().WithExposedHeaders("*").SetPreflightMaxAge(TimeSpan.FromHours(1));
        if (module.Origins.AllowsAny)
            policy.AllowAnyOrigin();
        else
            policy.SetIsOriginAllowed(module.Origins.AllowsElsewhere);
        // Cookies only where the module reads one, and only from pages that are named.
        if (module.Module.TokenRule.Cookie != null && module.Origins.NamesItsPages)
            policy.AllowCredentials().WithExposedHeaders(ReadableWithCredentials);
    }
}
