using Gateway.Core.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Hosting;

/// <summary>
/// Sends the clients away when the process is told to stop, while the web server closes its addresses and waits for
/// the connections to end.
/// </summary>
sealed partial class Drain(
    ConnectionRegistry connections, WebConnections web, DrainOptions options, ILogger<Drain> log) : IHostedLifecycleService, IDisposable
{
    readonly CancellationTokenSource _stopped = new();
    Task _draining = Task.CompletedTask;
    Task _webDraining = Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        Begins(connections.Count, options.Window);
        _draining = connections.DrainAsync(options.Window, cancellationToken);
        _webDraining = web.DrainAsync(_stopped.Token);
        return Task.CompletedTask;
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _draining.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Overdue(connections.Count, options.Limit);
        }
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _webDraining.ConfigureAwait(false);
    }

    public void Dispose() => _stopped.Dispose();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1201, LogLevel.Information, "Draining {Connections} connections within {Window}", EventName = "DrainBegins")]
    partial void Begins(int connections, TimeSpan window);

    [LoggerMessage(1202, LogLevel.Warning, "{Connections} connections were cut: they had not ended after {Limit}", EventName = "DrainOverdue")]
    partial void Overdue(int connections, TimeSpan limit);
}
