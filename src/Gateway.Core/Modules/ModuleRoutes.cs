using Gateway.Core.Auth;
using Gateway.Core.Connections;
using Gateway.Core.Connections.WebSockets;
using Gateway.Core.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Modules;

/// <summary>
/// Where a module maps its endpoints: below one of its doors. It is an ordinary <see cref="IEndpointRouteBuilder"/>, so
/// <c>MapGet</c> and its like work, with two differences. Paths are matched as they stand in the request: nothing is
/// decoded or tidied, so a handler decodes its route values itself, and <c>%2F</c> separates nothing. And requests from
/// web pages of a foreign origin are refused, but where an endpoint says <see cref="AllowForeignOrigins"/>.
/// </summary>
public sealed class ModuleRoutes : IEndpointRouteBuilder
{
    readonly RouteGroupBuilder _group;
    readonly ConnectionSettings _settings;

    internal ModuleRoutes(RouteGroupBuilder group, ConnectionSettings settings, Authenticator authenticator, IServiceProvider services)
    {
        _group = group;
        _settings = settings;
        Authenticator = authenticator;
        ServiceProvider = services;
    }

    /// <summary>The services of the gateway for one tenant, and those that the module has registered.</summary>
    public IServiceProvider ServiceProvider { get; }

    /// <summary>
    /// Who is let in. Requests have been through it before an endpoint sees them, but for endpoints that say
    /// <c>AllowAnonymous()</c>: those are for everybody, or carry their token in a message.
    /// </summary>
    public Authenticator Authenticator { get; }

    ICollection<EndpointDataSource> IEndpointRouteBuilder.DataSources => ((IEndpointRouteBuilder)_group).DataSources;

    IApplicationBuilder IEndpointRouteBuilder.CreateApplicationBuilder() => ((IEndpointRouteBuilder)_group).CreateApplicationBuilder();

    /// <summary>Serves WebSockets at a pattern; other requests may be served at the same one.</summary>
    /// <param name="pattern">A route pattern, such as <c>/</c> or <c>/rooms/{name}</c>.</param>
    /// <param name="handler">Serves one connection, which ends when it returns.</param>
    /// <param name="settings">What is asked of the clients.</param>
    /// <returns>The endpoint, for <c>AllowAnonymous()</c> and <see cref="AllowAnonymousIf"/>.</returns>
    public IEndpointConventionBuilder MapWebSocket(
        string pattern, Func<WebSocketConnection, CancellationToken, Task> handler, WebSocketSettings? settings = null) =>
        MapWebSocket(pattern, _ => WebSocketAnswer.Accept(handler), settings);

    /// <summary>Serves WebSockets at a pattern, after a look at each request.</summary>
    /// <param name="pattern">A route pattern.</param>
    /// <param name="answer">Decides on a request before the WebSocket opens. The handler that it returns must not keep the request.</param>
    /// <param name="settings">What is asked of the clients.</param>
    /// <returns>The endpoint, for <c>AllowAnonymous()</c> and <see cref="AllowAnonymousIf"/>.</returns>
    public IEndpointConventionBuilder MapWebSocket(string pattern, Func<HttpContext, WebSocketAnswer> answer, WebSocketSettings? settings = null)
    {
        var lifecycle = ServiceProvider.GetRequiredService<ConnectionLifecycle>();
        var endpoint = new WebSocketEndpoint(lifecycle, _settings with { WebSocket = settings ?? new() }, answer);
        return this.MapGet(pattern, endpoint.InvokeAsync).WithMetadata(new WebSocketMatcherPolicy.Marker());
    }

    /// <summary>Lets some requests reach an endpoint without a token: those by which the client is to send it in a message.</summary>
    public static void AllowAnonymousIf(IEndpointConventionBuilder endpoint, Func<HttpContext, bool> condition) =>
        endpoint.WithMetadata(new AccessMiddleware.AnonymousIf(condition));

    /// <summary>Lets pages of every origin reach an endpoint, as some protocols have it; only those allowed can read the answer.</summary>
    public static void AllowForeignOrigins(IEndpointConventionBuilder endpoint) =>
        endpoint.WithMetadata(new OriginMiddleware.ForeignAllowed());
}
