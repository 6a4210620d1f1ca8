using Gateway.Core.Connections.Transports;
using Gateway.Core.Hosting;
using Gateway.Core.Modules;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Connections;

/// <summary>Turns a request that goes on into a connection: limited, listed, counted, drained and ended like every other.</summary>
public static class HttpConnections
{
    static readonly HttpConnectionSettings Default = new();

    /// <summary>
    /// Serves a request as a connection until the handler returns. A client that is not admitted is answered 429 or 503,
    /// whatever has been put into the response until then.
    /// When the connection is to end early, the handler's token is cancelled, and whether the response then ends or is cut
    /// (<see cref="HttpContext.Abort"/>) is the handler's to say; one that does not return is cut after a few seconds.
    /// </summary>
    /// <param name="context">A request to an endpoint of a module.</param>
    /// <param name="handler">Gets the connection, and a token that is cancelled when it begins to end.</param>
    /// <param name="settings">What is asked for the client; nothing by default.</param>
    public static async Task ServeAsync(
        this HttpContext context, Func<HttpConnection, CancellationToken, Task> handler, HttpConnectionSettings? settings = null)
    {
        settings ??= Default;
        var module = context.GetEndpoint()?.Metadata.GetMetadata<ConnectionSettings>()
            ?? throw new InvalidOperationException("The request is not to an endpoint of a module.");
        var lifecycle = context.RequestServices.GetRequiredService<ConnectionLifecycle>();
        var address = context.Connection.RemoteIpAddress;
        var admission = lifecycle.Registry.TryEnter(module, address);
        if (admission != Admission.Granted)
        {
            context.Response.Clear();
            await (settings.NotAdmitted ?? Problems.NotAdmitted(admission)).ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        try
        {
            var transport = new StreamTransport(context.Response.Body, context.Abort);
            var connection = new HttpConnection(module, transport, lifecycle.Loops, address, context.Identity(), settings.OutlivesDrain);
            await RunAsync(context, lifecycle, module, connection, handler, settings).ConfigureAwait(false);
        }
        finally
        {
            lifecycle.Registry.Leave(module.Tenant, address);
        }
    }

    static async Task RunAsync(
        HttpContext context, ConnectionLifecycle lifecycle, ConnectionSettings module, HttpConnection connection,
        Func<HttpConnection, CancellationToken, Task> handler, HttpConnectionSettings settings)
    {
        using var gone = context.RequestAborted.UnsafeRegister(static client => ((HttpConnection)client!).ClientHasGone(), connection);
        var ping = settings.Ping.IsEmpty ? null : Frame.Control(settings.Ping.ToArray());
        var heartbeat = new WebSocketSettings { PingInterval = settings.PingInterval, PongTimeout = TimeSpan.Zero };
        await lifecycle.RunAsync(connection, ping, module with { WebSocket = heartbeat }, () => HandleAsync(context, connection, handler))
            .ConfigureAwait(false);
        if (connection.Ending == CloseReason.InternalError)
            await FaultMiddleware.AnswerAsync(context, Problems.InternalError()).ConfigureAwait(false);
    }

    static async Task HandleAsync(HttpContext context, HttpConnection connection, Func<HttpConnection, CancellationToken, Task> handler)
    {
        try
        {
            await handler(connection, connection.Closing).ConfigureAwait(false);
        }
        catch (Exception e) when (FaultMiddleware.IsDeparture(e, context))
        {
            connection.ClientHasGone();
        }
        catch (BadHttpRequestException e)
        {
            connection.Close(CloseReason.ProtocolError);
            await FaultMiddleware.AnswerAsync(context, FaultMiddleware.BadRequest(e)).ConfigureAwait(false);
        }
    }
}
