using Gateway.Core.Connections.Transports;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Connections;

/// <summary>
/// The life of every connection, from the moment that its transport is open: register, let the module's handler run
/// while the sender loop drains the queue, end with a reason, unregister, count and log once.
/// </summary>
sealed partial class ConnectionLifecycle(
    ConnectionRegistry registry, SenderLoops loops, TimerWheel wheel, ILogger<ConnectionLifecycle> log)
{
    readonly QuietCollection _garbage = new(wheel);

    public ConnectionRegistry Registry { get; } = registry;

    public SenderLoops Loops { get; } = loops;

    /// <summary>
    /// Runs a connection that has been admitted until it has ended, and gives its place back. The module's faults end this
    /// connection and nothing else. It may outlive its request, and so nothing is held on to that flows with that.
    /// </summary>
    /// <param name="connection">The connection, just opened.</param>
    /// <param name="ping">What the client is pinged with; null where its protocol has no ping.</param>
    /// <param name="heartbeat">How it is looked after.</param>
    /// <param name="handler">The module's part: the connection ends when it returns.</param>
    public Task RunAsync<TConnection>(
        TConnection connection, Frame? ping, WebSocketSettings heartbeat, Func<TConnection, CancellationToken, Task> handler)
        where TConnection : ClientConnection
    {
        var beat = new Heartbeat(connection, ping, heartbeat, wheel);
        connection.Heartbeat = beat;
        beat.Start();
        connection.Settings.Metrics.AddOpened();
        Registry.Add(connection);
        _garbage.Note();
        // It was let in before the revocation, but came too late for those who were told of it.
        connection.CloseIfRevoked();
        if (ExecutionContext.IsFlowSuppressed())
            return RunToEndAsync(connection, beat, Handle(connection, handler));
        using (ExecutionContext.SuppressFlow())
            return RunToEndAsync(connection, beat, Handle(connection, handler));
    }

    static Task Handle<TConnection>(TConnection connection, Func<TConnection, CancellationToken, Task> handler) where TConnection : ClientConnection
    {
        try
        {
            return handler(connection, connection.Closing);
        }
        catch (Exception e)
        {
            return Task.FromException(e);
        }
    }

    async Task RunToEndAsync(ClientConnection connection, Heartbeat beat, Task handling)
    {
        try
        {
            await handling.ConfigureAwait(false);
            connection.Close(CloseReason.Finished);
        }
        catch (OperationCanceledException) when (connection.Closing.IsCancellationRequested)
        {
            // The handler did as it was told.
        }
        catch (Exception e)
        {
            HandlerFailed(e, connection.Tenant, connection.Module, connection.Id);
            connection.Close(CloseReason.InternalError);
        }
        await connection.FinishAsync().ConfigureAwait(false);
        wheel.Cancel(beat);
        End(connection);
    }

    void End(ClientConnection connection)
    {
        Registry.Remove(connection);
        if (connection.Fault is { } fault)
            SendingFailed(fault, connection.Tenant, connection.Module, connection.Id);
        var reason = connection.Ending ?? CloseReason.InternalError;
        connection.Settings.Metrics.AddClosed(reason);
        Registry.Endings.AddClosed(connection, reason);
        Closed(connection.Tenant, connection.Module, connection.Id, reason, connection.Age);
        Registry.Leave(connection.Settings.Tenant, connection.Address);
        // Last: a client that sees the end and comes back finds its place free.
        connection.EndTransport();
        _garbage.Note();
    }

    [LoggerMessage(1001, LogLevel.Error, "{Tenant}/{Module}: the handler of connection {Connection} failed", EventName = "HandlerFailed")]
    partial void HandlerFailed(Exception exception, string tenant, string module, long connection);

    [LoggerMessage(1003, LogLevel.Error, "{Tenant}/{Module}: sending to connection {Connection} failed", EventName = "SendingFailed")]
    partial void SendingFailed(Exception exception, string tenant, string module, long connection);

    [LoggerMessage(1002, LogLevel.Debug, "{Tenant}/{Module}: connection {Connection} closed, {Reason}, after {Age}", EventName = "ConnectionClosed")]
    partial void Closed(string tenant, string module, long connection, CloseReason reason, TimeSpan age);
}
