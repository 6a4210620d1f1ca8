using Microsoft.Extensions.Hosting;

namespace Gateway.Modules.Streams;

/// <summary>Work that is done from time to time. One that fails is tried again the next time.</summary>
abstract class Periodic(TimeSpan interval, TimeProvider time) : BackgroundService
{
    protected TimeProvider Time => time;

    /// <summary>Does it once.</summary>
    protected abstract Task RunAsync(CancellationToken stopping);

    /// <summary>It failed, for a reason that may go away.</summary>
    protected abstract void Failed(Exception cause);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
                await TryRunAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
    }

    async Task TryRunAsync(CancellationToken stopping)
    {
        try
        {
            await RunAsync(stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failed(e);
        }
    }
}
