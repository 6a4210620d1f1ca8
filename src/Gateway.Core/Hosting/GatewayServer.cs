using System.Diagnostics.Metrics;
using Gateway.Core.Configuration;
using Gateway.Core.Connections.Reactors;
using Gateway.Core.Diagnostics;
using Gateway.Core.Modules;
using Gateway.Core.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Hosting;

/// <summary>The whole gateway, put together from its configuration.</summary>
public sealed class GatewayServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ILoggerFactory _logs;
    readonly TenantHosts _tenants;
    readonly ModuleAddresses _addresses;
    readonly DoorEndpoints _endpoints;

    GatewayServer(WebApplication app, ILoggerFactory logs) => (_app, _logs, _tenants, _addresses, _endpoints) = (
        app, logs, app.Services.GetRequiredService<TenantHosts>(), app.Services.GetRequiredService<ModuleAddresses>(),
        app.Services.GetRequiredService<DoorEndpoints>());

    /// <summary>The services that a tenant's modules see, for tools and tests.</summary>
    /// <exception cref="InvalidOperationException">There is no such tenant.</exception>
    public IServiceProvider ServicesOf(string tenant) => _tenants.All.First(host => host.Tenant.Name == tenant).Services;

    /// <summary>Where each module is served, in the order of names; with the real ports once the gateway has started.</summary>
    public IReadOnlyList<ModuleAddress> Addresses => [.. _tenants.Modules.Select(_addresses.Of)];

    /// <summary>The address of the embedded Redis endpoint, with its real port once the gateway has started; null without one.</summary>
    public string? EmbeddedRedis => _app.Services.GetService<RedisLink>()?.EmbeddedAddress is { } address ? $"redis://{address}" : null;

    /// <summary>What requests are matched with, for tools and tests.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>The addresses of the operators' pages, if they have some of their own.</summary>
    public IReadOnlyList<string> AdminUrls => [.. _addresses.Admin];

    /// <summary>
    /// Puts the gateway together without starting it. Every fault of the configuration is reported; with any, there is
    /// no gateway.
    /// </summary>
    public static GatewayServer? Build(GatewayConfiguration configuration, ConfigurationFaults faults) =>
        Build(configuration, ModuleCatalog.Scan(AppContext.BaseDirectory, faults), faults);

    /// <summary>Puts the gateway together of modules that have been found already.</summary>
    internal static GatewayServer? Build(GatewayConfiguration configuration, ModuleCatalog catalog, ConfigurationFaults faults)
    {
        var level = new LogLevelSwitch();
        var logs = LoggerFactory.Create(logging => Logging.Configure(logging, level));
        var plan = GatewayPlan.Create(configuration, running: null, catalog, logs, faults);
        if (faults.Any)
            return null;

        var options = plan.Options;
        level.Level = options.Log.Level;
        var listeners = ListenPlan.Create(options, plan.Tenants, faults);
        var tls = listeners.Any(l => l.Address.IsHttps) ? options.Tls.Load(configuration.BaseDirectory, faults) : null;
        if (faults.Any)
            return null;

        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "Gateway", ContentRootPath = AppContext.BaseDirectory });
        GatewayServices.Add(builder.Services, logs, options, plan.Tenants);
        builder.Services.AddSingleton(configuration);
        builder.Services.AddSingleton(new ConfigurationFolder(configuration.BaseDirectory));
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(level);
        builder.Services.AddSingleton(catalog);
        builder.Services.AddSingleton(plan.Data);
        builder.Services.AddSingleton(new ModuleAddresses(listeners));
        UseServer(builder.WebHost, listeners, tls);
        UseReactor(builder.Services);
        var app = builder.Build();
        DependencyInstruments.AddTo(
            app.Services.GetRequiredService<IMeterFactory>().Create(GatewayMetrics.MeterName), app.Services.GetService<RedisLink>(), tls?.ServerCertificate, plan.Data);
        var server = new GatewayServer(app, logs);
        server.UsePipeline(options);
        server.MapDoors(options, plan);
        RouteCollisions.Report(server._endpoints.Endpoints, faults);
        return faults.Any ? null : server;
    }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">An address cannot be listened on.</exception>
    public Task StartAsync(CancellationToken cancellation = default) => _app.StartAsync(cancellation);

    /// <summary>Waits until the process is told to stop, and drains.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellation = default) => _app.WaitForShutdownAsync(cancellation);

    /// <summary>Drains and stops.</summary>
    public Task StopAsync(CancellationToken cancellation = default) => _app.StopAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().ConfigureAwait(false);
        // Last: what has been logged until now is written.
        _logs.Dispose();
    }

    static void UseServer(IWebHostBuilder host, IReadOnlyList<Listener> listeners, HttpsConnectionAdapterOptions? tls)
    {
        host.UseKestrelCore().UseKestrelHttpsConfiguration();
        host.UseSockets(sockets => sockets.CreateBoundListenSocket = ListenSockets.Create);
        host.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = null;
            server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            foreach (var listener in listeners)
                listener.Bind(server, tls);
        });
    }

    // The web server asks the factory first that was added last.
    static void UseReactor(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ReactorListenerFactory)))
            services.AddSingleton<IConnectionListenerFactory>(provider => provider.GetRequiredService<ReactorListenerFactory>());
    }

    void UsePipeline(GatewayOptions options)
    {
        _app.Use(WebConnections.Use);
        TrustedProxies.Use(_app, options.TrustedProxies);
        _app.Use(new RawPath(_tenants).InvokeAsync);
        _app.UseMiddleware<FaultMiddleware>();
        _app.UseRouting();
        _app.Use(_app.Services.GetRequiredService<AdminGuard>().InvokeAsync);
        _app.Use(new StartingMiddleware(_tenants).InvokeAsync);
        _app.Use(OriginMiddleware.Use);
        _app.UseCors();
        _app.UseMiddleware<AccessMiddleware>();
        _app.Use(RateMiddleware.Use);
        _app.Use(NotFoundMiddleware.Use);
    }

    void MapDoors(GatewayOptions options, GatewayPlan plan)
    {
        AdminPages.Map(_app, options.Admin);
        ((IEndpointRouteBuilder)_app).DataSources.Add(_endpoints);
        _tenants.ByHostName = plan.ByHostName;
        var doors = _app.Services.GetRequiredService<Doors>();
        foreach (var tenant in plan.Tenants)
            doors.Open(tenant);
    }
}
