using Gateway.Modules.Router.Topics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Modules.Router;

/// <summary>Logs a line with the main figures every <see cref="RouterOptions.MetricsLogInterval"/>.</summary>
sealed class MetricsLog(RouterOptions options, RouterMetrics metrics, TopicTable topics, ILogger<MetricsLog> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.MetricsLogInterval == TimeSpan.Zero)
            return;
        using var timer = new PeriodicTimer(options.MetricsLogInterval);
        var last = Figures();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                long[] now = Figures();
                long[] since = [.. now.Zip(last, (later, earlier) => later - earlier)];
                RouterLog.Figures(log, metrics.Sessions, topics.Count, since[0], since[1], since[2], since[3], since[4], since[5]);
                last = now;
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
    }

    long[] Figures() => [metrics.Events, metrics.Errors, metrics.Pushed, metrics.Filtered, metrics.Throttled, metrics.CallbackCount];
}
