using Gateway.Modules.Streams.Storage;
using Microsoft.Extensions.Logging;

namespace Gateway.Modules.Streams;

/// <summary>Compresses, from time to time, what has become complete: one stream after the other, on one thread.</summary>
sealed partial class Compressor(StreamStore store, StreamsOptions options, TimeProvider time, ILogger<Compressor> log)
    : Periodic(options.SweepInterval, time)
{
    // A smaller file takes a block of the file system whatever is in it.
    const int SmallestBytes = 4096;

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stopping)
    {
        if (options.Compression == Compression.None)
            return;
        foreach (var stream in store.Streams.Where(IsToCompress))
            await TryCompressAsync(stream, stopping).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Failed(Exception cause) => NotCompressed(cause);

    static bool IsToCompress(ByteStream stream) =>
        stream is { State: StreamState.Complete, Stored.Form: StoredForm.Plain, Length: >= SmallestBytes };

    // One that cannot be compressed keeps no other from it.
    async Task TryCompressAsync(ByteStream stream, CancellationToken stopping)
    {
        try
        {
            await store.CompressAsync(stream, stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            NotCompressed(e);
        }
    }

    [LoggerMessage(5111, LogLevel.Warning, "A stream could not be compressed, and stays as it is until the next attempt", EventName = "StreamNotCompressed")]
    partial void NotCompressed(Exception exception);
}
