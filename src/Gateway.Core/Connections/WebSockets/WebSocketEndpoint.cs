using System.Net;
using Gateway.Core.Connections.Reactors;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Hosting;
using Gateway.Core.Modules;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Core.Connections.WebSockets;

/// <summary>
/// The end of HTTP for a request that asks for a WebSocket: the handshake by HTTP/1.1 (RFC 6455, section 4.2) or
/// HTTP/2 (RFC 8441) is checked and answered, and the connection's life begins.
/// </summary>
sealed class WebSocketEndpoint(
    ConnectionLifecycle lifecycle, ConnectionSettings settings, Func<HttpContext, WebSocketAnswer> answer)
{
    static readonly Frame Ping = Frame.Control(WebSocketFrames.Ping([]));

    /// <summary>Whether the request asks for a WebSocket, well-formed or not.</summary>
    public static bool IsRequested(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" }
        || WebSocketHandshake.IsUpgrade(context.Request.Headers.Upgrade, context.Request.Headers.Connection);

    public async Task InvokeAsync(HttpContext context)
    {
        if (HandshakeFault(context.Request) is { } fault)
        {
            context.Response.Headers.SecWebSocketVersion = WebSocketHandshake.Version;
            await Problems.BadHandshake(fault).ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        var answered = answer(context);
        if (answered.Handler == null)
        {
            await answered.Refusal!.ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        var address = context.Connection.RemoteIpAddress;
        var admission = lifecycle.Registry.TryEnter(settings, address);
        if (admission != Admission.Granted)
        {
            await Problems.NotAdmitted(admission).ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        await ServeAsync(context, answered.Handler, address).ConfigureAwait(false);
    }

    // The handler starts before the handshake is answered: what it subscribes to at once, the client can rely on as
    // soon as it is connected. The request ends with the connection, or when that has left the web server.
    async Task ServeAsync(HttpContext context, Func<WebSocketConnection, CancellationToken, Task> handler, IPAddress? address)
    {
        var transport = new PendingTransport(context.Abort);
        var compression = settings.WebSocket.Compression ? WebSocketCompression.Negotiate(context.Request.Headers.SecWebSocketExtensions) : null;
        if (compression != null)
            context.Response.Headers.SecWebSocketExtensions = compression.Answer;
        var detach = IDetachFeature.Of(context);
        var connection = new WebSocketConnection(settings, transport, detach?.Loop ?? lifecycle.Loops.Next(), address, context.Identity(), compression);
        var running = lifecycle.RunAsync(connection, Ping, settings.WebSocket, handler);
        try
        {
            var opened = await OpenAsync(context, detach).ConfigureAwait(false);
            connection.Open(opened);
            if (opened is ReactorTransport)
                return;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            connection.Abort();
        }
        await running.ConfigureAwait(false);
    }

    static string? HandshakeFault(HttpRequest request)
    {
        if (!WebSocketHandshake.IsSupportedVersion(request.Headers.SecWebSocketVersion))
            return "Sec-WebSocket-Version must be 13.";
        // By HTTP/2 there is no key: the protocol is named in the request itself.
        if (HttpProtocol.IsHttp11(request.Protocol) && !WebSocketHandshake.IsValidKey(request.Headers.SecWebSocketKey))
            return "Sec-WebSocket-Key must be one base64 value of 16 bytes.";
        return null;
    }

    async Task<ITransport> OpenAsync(HttpContext context, IDetachFeature? detach)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
            return new StreamTransport(await connect.AcceptAsync().ConfigureAwait(false), context.Abort);

        var response = context.Response.Headers;
        response.Upgrade = "websocket";
        response.Connection = "Upgrade";
        response.SecWebSocketAccept = WebSocketHandshake.Accept(context.Request.Headers.SecWebSocketKey.ToString());
        var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);
        if (detach != null)
            return detach.Detach(settings.WebSocket.HandlesAtOnce) ?? throw new IOException("The client has gone.");
        return context.Features.Get<ISocketOutputFeature>() is { } output
            ? new SocketTransport(output.Socket, stream, context.Abort)
            : new StreamTransport(stream, context.Abort);
    }
}
