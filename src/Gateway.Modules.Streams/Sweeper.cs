using Gateway.Modules.Streams.Storage;
using Microsoft.Extensions.Logging;

namespace Gateway.Modules.Streams;

/// <summary>Ends, from time to time, what has been idle for too long, and deletes what is no longer kept: the oldest first, never what is active.</summary>
sealed partial class Sweeper(StreamStore store, StreamsOptions options, TimeProvider time, ILogger<Sweeper> log)
    : Periodic(options.SweepInterval, time)
{
    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stopping)
    {
        if (options.IdleTimeout > TimeSpan.Zero)
        {
            foreach (var stream in store.Streams)
                store.Expire(stream, options.IdleTimeout);
        }
        var surplus = FindSurplus();
        if (surplus.Count == 0)
            return;
        var deleted = await store.DeleteAsync(surplus, unlessActive: true).ConfigureAwait(false);
        Swept(deleted.Count);
    }

    /// <inheritdoc/>
    protected override void Failed(Exception cause) => SweepFailed(cause);

    List<ByteStream> FindSurplus()
    {
        var surplus = new List<ByteStream>();
        if (options is { RetentionAge.Ticks: 0, RetentionCount: 0, RetentionBytes: 0 })
            return surplus;
        long count = 0;
        long bytes = 0;
        var now = Time.GetUtcNow().UtcDateTime;
        foreach (var stream in store.Streams.Where(stream => stream.Ended != null).OrderByDescending(stream => stream.Ended))
        {
            bytes += stream.StoredBytes;
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
