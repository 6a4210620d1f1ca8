using Gateway.Modules.Streams.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Modules.Streams;

/// <summary>Ends, from time to time, what has been idle for too long, and deletes what is no longer kept: the oldest first, never what is active.</summary>
sealed partial class Sweeper(StreamStore store, StreamsOptions options, TimeProvider time, ILogger<Sweeper> log) : BackgroundService
{
    /// <summary>Sweeps once.</summary>
    public async Task SweepAsync()
    {
        if (options.IdleTimeout > TimeSpan.Zero)
        {
            foreach (var stream in store.Streams)
                store.Expire(stream, options.IdleTimeout);
        }
        var surplus = FindSurplus();
        if (surplus.Count == 0)
            return;
        var deleted = await store.DeleteAsync(surplus).ConfigureAwait(false);
        Swept(deleted.Count);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SweepInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
                await TrySweepAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The gateway stops.
        }
    }

    async Task TrySweepAsync()
    {
        try
        {
            await SweepAsync().ConfigureAwait(false);
        }
        catch (IOException e)
        {
            SweepFailed(e);
        }
    }

    List<ByteStream> FindSurplus()
    {
        var surplus = new List<ByteStream>();
        if (options is { RetentionAge.Ticks: 0, RetentionCount: 0, RetentionBytes: 0 })
            return surplus;
        long count = 0;
        long bytes = 0;
        var now = time.GetUtcNow().UtcDateTime;
        foreach (var stream in store.Streams.Where(stream => stream.Ended != null).OrderByDescending(stream => stream.Ended))
        {
            bytes += stream.Length;
            bool isKept = (options.RetentionCount == 0 || ++count <= options.RetentionCount)
                && (options.RetentionBytes == 0 || bytes <= options.RetentionBytes)
                && (options.RetentionAge == TimeSpan.Zero || now - stream.Ended < options.RetentionAge);
            if (!isKept)
                surplus.Add(stream);
        }
        surplus.Reverse();
        return surplus;
    }

    [LoggerMessage(5101, LogLevel.Information, "{Streams} streams were deleted, as they are kept no longer", EventName = "StreamsSwept")]
    partial void Swept(int streams);

    [LoggerMessage(5102, LogLevel.Error, "Streams that are kept no longer could not be deleted", EventName = "StreamSweepFailed")]
    partial void SweepFailed(Exception exception);
}
