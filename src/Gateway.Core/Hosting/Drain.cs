using System.Runtime.InteropServices;
using Gateway.Core.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Core.Hosting;

/// <summary>
/// Sends the clients away when the process is told to stop, while the web server closes its addresses and waits for
/// the connections to end.
/// </summary>
sealed partial class Drain(
    ConnectionRegistry connections, WebConnections web, DrainOptions options, IHostApplicationLifetime lifetime, IOptions<HostOptions> host,
    ILogger<Drain> log) : IHostedLifecycleService, IDisposable
{
    /// <summary>How long what is cut may take to end.</summary>
    static readonly TimeSpan CutTime = TimeSpan.FromSeconds(1);

    readonly CancellationTokenSource _stopped = new();
    readonly CancellationTokenSource _forced = new();
    readonly List<PosixSignalRegistration> _signals = [];
    TimeSpan _window = options.Window;
    Task _draining = Task.CompletedTask;
    Task _webDraining = Task.CompletedTask;

    /// <summary>The window of a drain that begins now.</summary>
    public TimeSpan Window => _window;

    /// <summary>Has the process stop, with a window of its own; what must be gone by <c>Drain:Limit</c> has that much longer.</summary>
    public void Begin(TimeSpan window)
    {
        if (window > _window)
            host.Value.ShutdownTimeout = options.Limit + (window - _window);
        _window = window;
        lifetime.StopApplication();
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        Begins(connections.Count, _window);
        // The first signal has been taken; another one means that nothing is to be waited for any longer.
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Force));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Force));
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _forced.Token);
        _draining = connections.DrainAsync(_window, cancellation.Token);
        _webDraining = web.DrainAsync(_stopped.Token);
        return Task.CompletedTask;
    }

    // After the web server, which does not wait for connections that have left it, and before the modules.
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _draining.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            if (!_forced.IsCancellationRequested)
                Overdue(connections.Count, options.Limit);
            foreach (var connection in connections.Connections)
                connection.Abort();
            await connections.WhenEmptyAsync(CutTime).ConfigureAwait(false);
        }
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _webDraining.ConfigureAwait(false);
    }

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _forced.Dispose();
        _stopped.Dispose();
    }

    void Force(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (_forced.IsCancellationRequested)
            return;
        Forced(connections.Count);
        _forced.Cancel();
        foreach (var connection in connections.Connections)
            connection.Abort();
        web.Abort();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1201, LogLevel.Information, "Draining {Connections} connections within {Window}", EventName = "DrainBegins")]
    partial void Begins(int connections, TimeSpan window);

    [LoggerMessage(1203, LogLevel.Warning, "A second signal: {Connections} connections are cut", EventName = "DrainForced")]
    partial void Forced(int connections);

    [LoggerMessage(1202, LogLevel.Warning, "{Connections} connections were cut: they had not ended after {Limit}", EventName = "DrainOverdue")]
    partial void Overdue(int connections, TimeSpan limit);
}
