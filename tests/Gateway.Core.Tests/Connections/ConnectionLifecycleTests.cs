using Gateway.Core.Connections;
using Gateway.Core.Connections.WebSockets;
using Gateway.Core.Hosting;
using Gateway.Core.Tests.Connections.WebSockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Core.Tests.Connections;

public sealed class ConnectionLifecycleTests : IDisposable
{
    readonly ScriptedClients _clients = new();
    readonly TimerWheel _wheel = new(NullLogger<TimerWheel>.Instance);
    readonly ConnectionRegistry _registry = new(new LimitOptions());
    readonly LogDouble _log = new();

    [Fact]
    public async Task A_connection_is_listed_while_its_handler_runs_and_counted_once()
    {
        var (reason, _) = await RunAsync(connection =>
        {
            Assert.Same(connection, Assert.Single(_registry.Connections));
            return Task.CompletedTask;
        });

        Assert.Equal(CloseReason.Finished, reason);
        Assert.Empty(_registry.Connections);
        Assert.Equal(1, _clients.Metrics.Opened);
        Assert.Equal(1, _clients.Metrics.Closed(CloseReason.Finished));
        Assert.Equal(["ConnectionClosed"], _log.Events);
    }

    [Fact]
    public async Task A_handler_that_fails_ends_its_connection_and_is_logged()
    {
        var (reason, transport) = await RunAsync(_ => throw new NotSupportedException("a bug"));

        Assert.Equal(CloseReason.InternalError, reason);
        Assert.Equal(WebSocketFrames.Close(1011, "internal error"), transport.Sent);
        Assert.Equal(["HandlerFailed", "ConnectionClosed"], _log.Events);
    }

    [Fact]
    public async Task A_handler_that_stops_when_told_is_no_fault()
    {
        var (reason, _) = await RunAsync(async connection =>
        {
            connection.Close(CloseReason.Kicked);
            await Task.Delay(Timeout.Infinite, connection.Closing);
        });

        Assert.Equal(CloseReason.Kicked, reason);
        Assert.Equal(["ConnectionClosed"], _log.Events);
    }

    [Fact]
    public async Task A_transport_that_fails_is_logged_with_its_fault()
    {
        var (reason, transport) = await RunAsync(async connection =>
        {
            connection.Send(Numbered.Frame(1));
            await Task.Delay(Timeout.Infinite, connection.Closing);
        }, transport => transport.SendFault = new NotSupportedException("a bug"));

        Assert.Equal(CloseReason.InternalError, reason);
        Assert.True(transport.IsAborted);
        Assert.Equal(["SendingFailed", "ConnectionClosed"], _log.Events);
    }

    [Fact]
    public async Task A_client_that_vanishes_is_no_fault()
    {
        var (reason, _) = await RunAsync(async connection =>
        {
            connection.Send(Numbered.Frame(1));
            await Task.Delay(Timeout.Infinite, connection.Closing);
        }, transport => transport.SendFault = new IOException("reset"));

        Assert.Equal(CloseReason.ClientGone, reason);
        Assert.Equal(["ConnectionClosed"], _log.Events);
    }

    public void Dispose()
    {
        _wheel.Dispose();
        _clients.Dispose();
    }

    async Task<(CloseReason? Reason, ScriptedTransport Transport)> RunAsync(
        Func<WebSocketConnection, Task> handler, Action<ScriptedTransport>? script = null)
    {
        var (connection, transport) = _clients.Connect();
        transport.Receive(ClientFrames.Close(1000));
        script?.Invoke(transport);
        var lifecycle = new ConnectionLifecycle(_registry, _clients.Loops, _wheel, _log);
        Assert.Equal(Admission.Granted, _registry.TryEnter(_clients.Settings.Tenant, address: null));
        await lifecycle.RunAsync(connection, null, _clients.Settings.WebSocket, (client, _) => handler(client)).WaitAsync(TimeSpan.FromSeconds(30));
        return (connection.Ending, transport);
    }

    sealed class LogDouble : ILogger<ConnectionLifecycle>
    {
        public List<string?> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Events.Add(eventId.Name);
    }
}
