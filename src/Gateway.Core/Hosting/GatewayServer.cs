using Gateway.Core.Configuration;
using Gateway.Core.Diagnostics;
using Gateway.Core.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Core.Hosting;

/// <summary>The whole gateway, put together from its configuration.</summary>
public sealed class GatewayServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly IReadOnlyList<EnabledModule> _modules;
    readonly IReadOnlyList<Listener> _listeners;

    GatewayServer(WebApplication app, IReadOnlyList<EnabledModule> modules, IReadOnlyList<Listener> listeners) =>
        (_app, _modules, _listeners) = (app, modules, listeners);

    /// <summary>The services, for tools and tests.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Where each module is served, in the order of names; with the real ports once the gateway has started.</summary>
    public IReadOnlyList<ModuleAddress> Addresses => [.. _modules.Select(AddressOf)];

    /// <summary>The addresses of the operators' pages, if they have some of their own.</summary>
    public IReadOnlyList<string> AdminUrls => [.. _listeners.Where(l => l.Prefix == Door.OwnPrefix(AdminPages.Owner)).Select(l => l.Url)];

    /// <summary>
    /// Puts the gateway together without starting it. Every fault of the configuration is reported; with any, there is
    /// no gateway.
    /// </summary>
    public static GatewayServer? Build(GatewayConfiguration configuration, ConfigurationFaults faults)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "Gateway", ContentRootPath = AppContext.BaseDirectory });
        var options = StrictBinder.Bind<GatewayOptions>(configuration.Root, faults);
        var modules = EnableModules(builder.Services, options, faults);
        if (faults.Any)
            return null;

        var listeners = PlanListeners(options, modules);
        ReportSharedAddresses(listeners, faults);
        var tls = listeners.Any(l => l.Address.IsHttps) ? options.Tls.Load(configuration.BaseDirectory, faults) : null;
        if (faults.Any)
            return null;

        GatewayServices.Add(builder, options, modules, configuration.BaseDirectory);
        UseServer(builder.WebHost, listeners, tls);
        var app = builder.Build();
        var server = new GatewayServer(app, modules, listeners);
        server.MapDoors(options);
        RouteCollisions.Report(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints), faults);
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
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    static List<EnabledModule> EnableModules(IServiceCollection services, GatewayOptions options, ConfigurationFaults faults)
    {
        var catalog = ModuleCatalog.Scan(AppContext.BaseDirectory, faults);
        var enabled = new List<EnabledModule>();
        foreach (var (name, section) in options.Modules.OrderBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (catalog.Find(name) is not { } module)
                faults.Add(section.Path, "no such module", string.Join(", ", catalog.Names));
            else if (!bool.TryParse(section[nameof(ModuleOptions.Enabled)], out bool on) || on)
                enabled.Add(new(module, module.ConfigureServices(services, section, faults)));
        }
        return enabled;
    }

    static List<Listener> PlanListeners(GatewayOptions options, IReadOnlyList<EnabledModule> modules)
    {
        var listeners = options.Urls.Select(url => Plan(nameof(options.Urls), url, "")).ToList();
        listeners.AddRange(options.Admin.Listen.Select(url => Plan("Admin:Listen", url, Door.OwnPrefix(AdminPages.Owner))));
        foreach (var module in modules)
            listeners.AddRange(module.Options.Listen.Select(url => Plan($"Modules:{module.Name}:Listen", url, Door.OwnPrefix(module.Name))));
        return listeners;
    }

    static Listener Plan(string key, string url, string prefix) =>
        ListenAddress.TryParse(url, out var address) ? new(key, address, prefix) : throw new FormatException($"{key}: {url}");

    static void ReportSharedAddresses(List<Listener> listeners, ConfigurationFaults faults)
    {
        foreach (var (listener, i) in listeners.Select((listener, i) => (listener, i)))
        {
            if (listeners.Take(i).FirstOrDefault(other => other.Address.CollidesWith(listener.Address)) is { } other)
                faults.Add(listener.Key, $"{listener.Address} is also in {other.Key}", "an address that nothing else listens on");
        }
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

    void MapDoors(GatewayOptions options)
    {
        _app.Use(WebConnections.Use);
        _app.Use(RawPath.Use);
        _app.UseMiddleware<FaultMiddleware>();
        _app.UseRouting();
        _app.Use(OriginMiddleware.Use);
        _app.UseCors();
        _app.Use((context, next) =>
            context.GetEndpoint() == null ? Problems.NotFound().ExecuteAsync(context) : next(context));
        AdminPages.Map(_app, options.Admin, () => Addresses);
        var metrics = Services.GetRequiredService<GatewayMetrics>();
        foreach (var module in _modules)
        {
            foreach (var door in module.Doors)
            {
                var group = _app.MapGroup(door.Prefix).WithMetadata(door).RequireCors(module.Name);
                module.Module.MapEndpoints(new ModuleRoutes(group, module.Settings(metrics)));
            }
        }
    }

    ModuleAddress AddressOf(EnabledModule module)
    {
        var shared = _listeners.Where(l => l.Prefix.Length == 0).Select(l => l.UrlOf(module.Options.Path!));
        var own = _listeners.Where(l => l.Prefix == Door.OwnPrefix(module.Name)).Select(l => l.UrlOf("/"));
        return new(module.Name, [.. shared, .. own]);
    }
}
