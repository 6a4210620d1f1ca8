using System.Net;
using Gateway.Core.Connections;
using Gateway.Core.Diagnostics;
using Gateway.Core.Modules;
using Gateway.Core.Redis;
using Gateway.Modules.Router.Callbacks;
using Gateway.Modules.Router.Sessions;
using Gateway.Modules.Router.Topics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Modules.Router;

/// <summary>
/// Routes messages between services and browsers, compatible with SocketShark: a browser holds a WebSocket and subscribes
/// to <c>service.topic</c>; the service is plain HTTP, is asked about it by callbacks, and publishes to Redis.
/// </summary>
public sealed class RouterModule() : GatewayModule<RouterOptions>(ModuleName), IHasExamples
{
    /// <summary>The module's name.</summary>
    internal const string ModuleName = "Router";

    const string EveryPath = "{**path}";

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> Reloadable =>
    [
        .. ModuleOptions.Reloadable,
        nameof(RouterOptions.Services), nameof(RouterOptions.PingInterval), nameof(RouterOptions.PongTimeout),
        nameof(RouterOptions.MaxMessageBytes), nameof(RouterOptions.Compression), nameof(RouterOptions.MaxSubscriptions),
        nameof(RouterOptions.NotifyGaps), $"{nameof(RouterOptions.Callbacks)}:{nameof(CallbackOptions.Headers)}",
        $"{nameof(RouterOptions.Callbacks)}:{nameof(CallbackOptions.SigningSecret)}",
    ];

    /// <inheritdoc/>
    public IReadOnlyList<ModuleExample> Examples =>
    [
        new("Ping", "WS", "/", """{"event":"ping","data":"hello"}"""),
        new("Subscribe", "WS", "/", """{"event":"subscribe","subscription":"books.1"}"""),
    ];

    /// <inheritdoc/>
    protected override void Configure(IServiceCollection services, RouterOptions options)
    {
        services.AddRedis();
        services.AddSingleton(options);
        services.AddSingleton<RouterMetrics>();
        services.AddSingleton<TopicTable>();
        services.AddSingleton(options.Callbacks);
        services.AddSingleton<CallbackClient>();
        services.AddSingleton<SessionContext>();
        services.AddHostedService<MetricsLog>();
        services.AddHealthChecks().AddCheck<RouterHealth>(Name);
        services.AddHttpClient(CallbackClient.ClientName)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                ActivityHeadersPropagator = GatewayTraces.Propagator,
                AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                MaxConnectionsPerServer = options.Callbacks.MaxConcurrent is > 0 and var limit ? limit : int.MaxValue,
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
    }

    /// <inheritdoc/>
    protected override void Map(ModuleRoutes routes, RouterOptions options)
    {
        var context = routes.ServiceProvider.GetRequiredService<SessionContext>();
        var methods = new AuthMethods(routes.Authenticator, options.Callbacks);
        // Clients authenticate by an event of their own.
        routes.MapWebSocket(EveryPath, _ => WebSocketAnswer.Accept((client, closing) => new Session(context, methods, client).RunAsync(closing)), options.WebSocket)
            .AllowAnonymous();
        routes.MapGet(EveryPath, RequireUpgradeAsync).AllowAnonymous();
    }

    static Task RequireUpgradeAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
        context.Response.Headers.Upgrade = "websocket";
        return context.Response.WriteAsync("This address is for WebSockets.\n");
    }
}
