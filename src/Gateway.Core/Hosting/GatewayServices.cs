using Gateway.Core.Connections;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Connections.WebSockets;
using Gateway.Core.Diagnostics;
using Gateway.Core.Topics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Gateway.Core.Hosting;

/// <summary>The services of the core: one of each for the process, and a hub, a CORS policy and a health entry for each module.</summary>
static class GatewayServices
{
    public static void Add(
        WebApplicationBuilder builder, GatewayOptions options, IReadOnlyList<EnabledModule> modules, string baseDirectory)
    {
        var services = builder.Services;
        Logging.Configure(builder.Logging);
        services.AddRouting();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, WebSocketMatcherPolicy>());
        services.AddSingleton(new DataDirectory(Path.GetFullPath(options.DataDirectory, baseDirectory)));
        services.AddSingleton(new ConnectionRegistry(options.Limits));
        services.AddSingleton<SenderLoops>();
        services.AddSingleton<TimerWheel>();
        services.AddSingleton<ConnectionLifecycle>();
        services.AddSingleton<FaultMiddleware>();
        services.AddMetrics();
        services.AddSingleton<GatewayMetrics>();
        MetricsEndpoint.AddExporter(services);
        services.AddSingleton(options.Drain);
        services.AddSingleton<WebConnections>();
        services.AddHostedService<Drain>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain.Limit);
        services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        services.AddCors(cors => AddPolicies(cors, modules));
        var health = services.AddHealthChecks().AddCheck<DrainingCheck>(DrainingCheck.Name);
        foreach (var module in modules)
        {
            health.AddCheck(module.Name, () => HealthCheckResult.Healthy());
            AddHub(services, module);
        }
    }

    static void AddHub(IServiceCollection services, EnabledModule module)
    {
        var hub = typeof(TopicHub<>).MakeGenericType(module.Module.GetType());
        services.AddSingleton(hub, provider => TopicHubs.Create(
            hub, provider.GetRequiredService<SenderLoops>(), module.Settings(provider.GetRequiredService<GatewayMetrics>())));
    }

    // Which requests are refused is decided before (OriginMiddleware); this only tells browsers what scripts may read.
    static void AddPolicies(CorsOptions cors, IReadOnlyList<EnabledModule> modules)
    {
        foreach (var module in modules)
        {
            cors.AddPolicy(module.Name, policy =>
            {
                policy.AllowAnyMethod().AllowAnyHeader().WithExposedHeaders("*").SetPreflightMaxAge(TimeSpan.FromHours(1));
                if (module.Origins.AllowsAny)
                    policy.AllowAnyOrigin();
                else
                    policy.SetIsOriginAllowed(module.Origins.AllowsElsewhere);
            });
        }
    }
}
