using Gateway.Core.Auth;
using Gateway.Core.Connections.WebSockets;
using Gateway.Core.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Modules;

/// <summary>What a module asks of a request beside what ASP.NET knows.</summary>
public static class ModuleRequest
{
    static readonly Identity Anonymous = Auth.Identity.Open with { Grants = Grants.Nothing };

    /// <summary>
    /// The path below the module's door, still escaped and untidied, with its leading <c>/</c>: the same whether the
    /// request came to the module's path on a shared address or to an address of its own.
    /// </summary>
    public static string ModulePath(this HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        int door = context.GetEndpoint()?.Metadata.GetMetadata<Door>()?.Prefix.Length ?? 0;
        return path.Length <= door ? "/" : path[door..];
    }

    /// <summary>Who made the request; somebody who may do nothing where the endpoint is for everybody.</summary>
    public static Identity Identity(this HttpContext context) =>
        context.Features.Get<Identity>()
        ?? (context.GetEndpoint()?.Metadata.GetMetadata<Door>()?.Module.Authenticator.IsOpen == true ? Auth.Identity.Open : Anonymous);

    /// <summary>Whether whoever made the request may do something with the module; see <see cref="Grants.Allows(string, string, string)"/>.</summary>
    public static bool Allows(this HttpContext context, string action, string path) =>
        context.GetEndpoint()?.Metadata.GetMetadata<Door>() is { } door && context.Identity().Grants.Allows(door.Module.Name, action, path);

    /// <summary>The answer to somebody who may not do something, counted and logged.</summary>
    public static IResult Forbid(this HttpContext context, string action, string path) => new Forbidden(action, path);

    /// <summary>Whether the request asks to go on as a WebSocket.</summary>
    public static bool AsksForWebSocket(this HttpContext context) => WebSocketEndpoint.IsRequested(context);

    sealed class Forbidden(string action, string path) : IResult
    {
        // Whose claims grant nothing at all learns that; else it is this that they do not grant.
        AuthFault Why(HttpContext context) => context.Identity().Grants.Fault ?? AuthFault.GrantMissing.Because($"{action} {path}");

        public Task ExecuteAsync(HttpContext httpContext) =>
            httpContext.RequestServices.GetRequiredService<AccessMiddleware>().RefuseAsync(
                httpContext, httpContext.GetEndpoint()!.Metadata.GetMetadata<Door>()!.Module, Why(httpContext));
    }
}
