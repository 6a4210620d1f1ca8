using Gateway.Core.Connections.WebSockets;
using Gateway.Core.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Modules;

/// <summary>What a module asks of a request beside what ASP.NET knows.</summary>
public static class ModuleRequest
{
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

    /// <summary>Whether the request asks to go on as a WebSocket.</summary>
    public static bool AsksForWebSocket(this HttpContext context) => WebSocketEndpoint.IsRequested(context);
}
