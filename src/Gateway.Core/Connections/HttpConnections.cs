using Gateway.Core.Connections.Reactors;
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
        if (await AdmitAsync(context, settings).ConfigureAwait(false) is not { } lifecycle)
            return;
        var transport = new StreamTransport(context.Response.Body, context.Abort);
        var connection = Create(context, lifecycle.Loops.Next(), transport, settings, isChunked: false);
        using var gone = OnAbortion(context, connection);
        await lifecycle.RunAsync(connection, settings.PingFrame, settings.Heartbeat, (client, _) => HandleAsync(context, client, handler))
            .ConfigureAwait(false);
        await AnswerFaultAsync(context, connection).ConfigureAwait(false);
    }

    /// <summary>
    /// Serves a request whose response is nothing but frames, such as server-sent events, until the handler returns. Its
    /// status and headers are to be set before; it begins when the handler first waits, and what that has sent by then
    /// comes behind its head. The request may end before the connection does, so the handler must not keep it.
    /// Else as <see cref="ServeAsync"/>, but that a response whose handler fails is cut, and ends otherwise.
    /// </summary>
    /// <inheritdoc cref="ServeAsync" path="/param"/>
    public static async Task ServeFramesAsync(
        this HttpContext context, Func<HttpConnection, CancellationToken, Task> handler, HttpConnectionSettings? settings = null)
    {
        settings ??= Default;
        if (await AdmitAsync(context, settings).ConfigureAwait(false) is not { } lifecycle)
            return;
        var detach = HttpMethods.IsGet(context.Request.Method) ? IDetachFeature.Of(context) : null;
        // The web server will not be there for another request.
        if (detach != null)
            context.Response.Headers.Connection = "close";
        var transport = new PendingTransport(context.Abort);
        var connection = Create(context, detach?.Loop ?? lifecycle.Loops.Next(), transport, settings, isChunked: detach != null);
        var running = lifecycle.RunAsync(connection, settings.PingFrame, settings.Heartbeat, handler);
        // A handler that has failed by now can still be told as a failed request.
        if (connection.Ending != CloseReason.InternalError && await OpenAsync(context, connection, detach).ConfigureAwait(false))
            return;
        using var gone = OnAbortion(context, connection);
        await running.ConfigureAwait(false);
        await AnswerFaultAsync(context, connection).ConfigureAwait(false);
    }

    // True when the connection goes on without the request.
    static async ValueTask<bool> OpenAsync(HttpContext context, HttpConnection connection, IDetachFeature? detach)
    {
        try
        {
            await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            if (detach == null)
            {
                connection.Open(new StreamTransport(context.Response.Body, context.Abort));
                return false;
            }
            var detached = detach.Detach(readsAtOnce: false) ?? throw new IOException("The client has gone.");
            connection.Open(detached);
            detached.DiscardInput(connection.ClientHasGone);
            return true;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            connection.Abort();
            return false;
        }
    }

    // Null when the client has been answered that it is not let in.
    static async ValueTask<ConnectionLifecycle?> AdmitAsync(HttpContext context, HttpConnectionSettings settings)
    {
        var lifecycle = context.RequestServices.GetRequiredService<ConnectionLifecycle>();
        var admission = lifecycle.Registry.TryEnter(ModuleOf(context), context.Connection.RemoteIpAddress);
        if (admission == Admission.Granted)
            return lifecycle;
        context.Response.Clear();
        await (settings.NotAdmitted ?? Problems.NotAdmitted(admission)).ExecuteAsync(context).ConfigureAwait(false);
        return null;
    }

    static HttpConnection Create(
        HttpContext context, SenderLoop loop, ITransport transport, HttpConnectionSettings settings, bool isChunked)
    {
        SendTimeout.Set(context, settings.SendTimeout);
        return new(
            ModuleOf(context), transport, loop, context.Connection.RemoteIpAddress, context.Identity(), settings.OutlivesDrain, isChunked);
    }

    static ConnectionSettings ModuleOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ConnectionSettings>()
            ?? throw new InvalidOperationException("The request is not to an endpoint of a module.");

    static CancellationTokenRegistration OnAbortion(HttpContext context, HttpConnection connection) =>
        context.RequestAborted.UnsafeRegister(static client => ((HttpConnection)client!).ClientHasGone(), connection);

    static Task AnswerFaultAsync(HttpContext context, HttpConnection connection) =>
        connection.Ending == CloseReason.InternalError ? FaultMiddleware.AnswerAsync(context, Problems.InternalError()) : Task.CompletedTask;

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
