using System.Diagnostics;
using Gateway.Core.Diagnostics;
using Gateway.Core.Storage;
using Gateway.Core.Tenants;
using Gateway.Modules.Events.Storage;
using Gateway.Modules.Events.Streaming;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Modules.Events;

/// <summary>
/// Opens the store, lets events fire when their time has come, and closes the store. An event is on the disk as fired
/// before anybody is sent it, so that its id is never given to another. One that is overdue at the start fires then.
/// </summary>
sealed class Scheduler(
    EventStore store, Broadcaster broadcaster, EventsOptions options, Tenant tenant, TimeProvider time, ILogger<Scheduler> logger)
    : IHostedService, IAsyncDisposable
{
    const int BatchSize = 1000;

    // The wall clock may be set while a timer runs: it is looked at this often.
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);
    static readonly TimeSpan RetentionInterval = TimeSpan.FromMinutes(1);

    readonly CancellationTokenSource _stopping = new();
    readonly SemaphoreSlim _scheduled = new(0, 1);
    Task _running = Task.CompletedTask;
    DateTimeOffset _sweepAt;
    long _checkpointAt;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.Run(store.Open, cancellationToken).ConfigureAwait(false);
        broadcaster.Start(store.LastFired);
        store.Scheduled = Wake;
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        broadcaster.Stop();
        await store.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _scheduled.Dispose();
    }

    async Task RunAsync()
    {
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                await TurnAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The end that it was told to come to.
        }
    }

    // Whatever goes wrong, events that are due later fire.
    async Task TurnAsync()
    {
        try
        {
            Sweep();
            await SendCheckpointsAsync().ConfigureAwait(false);
            if (!await FireAsync().ConfigureAwait(false))
                await WaitAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            EventsLog.SchedulerFailed(logger, e, tenant.Name);
            await Task.Delay(PauseAfterFailure, time, _stopping.Token).ConfigureAwait(false);
        }
    }

    // False when nothing was due.
    async Task<bool> FireAsync()
    {
        IReadOnlyList<EventRecord> fired;
        try
        {
            fired = store.FireDue(time.GetUtcNow().ToUnixTimeSeconds(), BatchSize);
        }
        catch (LogUnavailableException e)
        {
            EventsLog.EventsWait(logger, e.Message, tenant.Name);
            await Task.Delay(PauseAfterFailure, time, _stopping.Token).ConfigureAwait(false);
            return true;
        }
        if (fired.Count == 0)
            return false;
        using var span = GatewayTraces.Start("fire", ActivityKind.Internal, tenant, EventsModule.ModuleName);
        span?.SetTag("gateway.events", fired.Count);
        await UntilDurableAsync().ConfigureAwait(false);
        await broadcaster.PublishAsync(fired).ConfigureAwait(false);
        return true;
    }

    async Task UntilDurableAsync()
    {
        while (true)
        {
            try
            {
                await store.WhenDurableAsync().ConfigureAwait(false);
                return;
            }
            catch (LogUnavailableException e)
            {
                EventsLog.EventsWait(logger, e.Message, tenant.Name);
                await Task.Delay(PauseAfterFailure, time, _stopping.Token).ConfigureAwait(false);
            }
        }
    }

    async Task WaitAsync()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var timer = Task.Delay(UntilNext(), time, ending.Token);
        await Task.WhenAny(timer, _scheduled.WaitAsync(ending.Token)).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
    }

    TimeSpan UntilNext()
    {
        // Far times, of either sign, never become a DateTime.
        decimal milliseconds = store.NextDue is { } due ? due * 1000m - time.GetUtcNow().ToUnixTimeMilliseconds() : decimal.MaxValue;
        return milliseconds >= (decimal)LongestWait.TotalMilliseconds ? LongestWait : TimeSpan.FromMilliseconds((double)Math.Max(0, milliseconds));
    }

    void Wake()
    {
        try
        {
            if (_scheduled.CurrentCount == 0)
                _scheduled.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another has woken it.
        }
    }

    async ValueTask SendCheckpointsAsync()
    {
        if (options.HeartbeatInterval == TimeSpan.Zero || time.GetElapsedTime(_checkpointAt) < options.HeartbeatInterval)
            return;
        _checkpointAt = time.GetTimestamp();
        await broadcaster.SendCheckpointsAsync().ConfigureAwait(false);
    }

    void Sweep()
    {
        var now = time.GetUtcNow();
        if (options.RetentionAge == TimeSpan.Zero || now < _sweepAt)
            return;
        _sweepAt = now + RetentionInterval;
        store.RemoveOld();
    }
}
