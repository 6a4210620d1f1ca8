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
    public ConnectionRegistry Registry { get; } = registry;

    public SenderLoops Loops { get; } = loops;

    /// <summary>Runs the connection until it has ended. The module's faults end this connection and nothing else.</summary>
    /// <param name="connection">The connection, just opened.</param>
    /// <param name="ping">What the client is pinged with; null where its protocol has no ping.</param>
    /// <param name="settings">The module's settings.</param>
    /// <param name="handler">The module's part: the connection ends when it returns.</param>
    public async Task RunAsync(ClientConnection connection, Frame? ping, ConnectionSettings settings, Func<Task> handler)
    {
        var heartbeat = new Heartbeat(connection, ping, settings.WebSocket, wheel);
        connection.Heartbeat = heartbeat;
        heartbeat.Start();
        settings.Metrics.AddOpened();
        Registry.Add(connection);
        // It was let in before the revocation, but came too late for those who were told of it.
        connection.CloseIfRevoked();
        try
        {
            await handler().ConfigureAwait(false);
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
        wheel.Cancel(heartbeat);
        Registry.Remove(connection);
        if (connection.Fault is { } fault)
            SendingFailed(fault, connection.Tenant, connection.Module, connection.Id);
        var reason = connection.Ending ?? CloseReason.InternalError;
        settings.Metrics.AddClosed(reason);
        Registry.Endings.AddClosed(connection, reason);
        Closed(connection.Tenant, connection.Module, connection.Id, reason, connection.Age);
    }

    [LoggerMessage(1001, LogLevel.Error, "{Tenant}/{Module}: the handler of connection {Connection} failed", EventName = "HandlerFailed")]
    partial void HandlerFailed(Exception exception, string tenant, string module, long connection);

    [LoggerMessage(1003, LogLevel.Error, "{Tenant}/{Module}: sending to connection {Connection} failed", EventName = "SendingFailed")]
    partial void SendingFailed(Exception exception, string tenant, string module, long connection);

    [LoggerMessage(1002, LogLevel.Debug, "{Tenant}/{Module}: connection {Connection} closed, {Reason}, after {Age}", EventName = "ConnectionClosed")]
    partial void Closed(string tenant, string module, long connection, CloseReason reason, TimeSpan age);
}
