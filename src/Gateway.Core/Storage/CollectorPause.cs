using System.Runtime;

namespace Gateway.Core.Storage;

/// <summary>
/// Holds the garbage collector back while a store is read into memory. What is read stays, so each collection on the way
/// would go through all of it once more: with a large store that takes longer than the reading. If the memory turns out too
/// little, the collector goes to work, as it would without this.
/// </summary>
sealed class CollectorPause : IDisposable
{
    /// <summary>Files below this size are read in the time of a few collections.</summary>
    public const long LeastFileBytes = 16 << 20;

    // JSON of small objects takes five to seven, the garbage of its reading included.
    const int MemoryPerFileByte = 7;

    static int _pauses;

    readonly GCLatencyMode _usual = GCSettings.LatencyMode;

    CollectorPause(long? memory)
    {
        // Should it come to collections: one that works beside the reading only takes its processor.
        GCSettings.LatencyMode = GCLatencyMode.Batch;
        if (memory == null)
            return;
        try
        {
            GC.TryStartNoGCRegion(memory.Value, disallowFullBlockingGC: true);
        }
        catch (ArgumentOutOfRangeException)
        {
            // More than a segment of a 32-bit process holds.
        }
    }

    /// <summary>Begins a pause, if one is worth its memory.</summary>
    /// <param name="fileBytes">How much is going to be read.</param>
    /// <returns>What ends it; null if the store is small or there is a pause already.</returns>
    public static CollectorPause? Begin(long fileBytes)
    {
        var memory = GC.GetGCMemoryInfo();
        return Begin(fileBytes, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes);
    }

    /// <inheritdoc cref="Begin(long)"/>
    /// <param name="fileBytes">How much is going to be read.</param>
    /// <param name="availableBytes">The memory that nobody uses. If a quarter of it does not do, there are collections, but one at a time.</param>
    public static CollectorPause? Begin(long fileBytes, long availableBytes)
    {
        long memory = fileBytes * MemoryPerFileByte;
        if (fileBytes < LeastFileBytes || Interlocked.CompareExchange(ref _pauses, 1, 0) != 0)
            return null;
        return new(memory <= availableBytes / 4 ? memory : null);
    }

    /// <summary>Ends it. What has been read becomes old at once: otherwise the first collections in service would be the long ones.</summary>
    public void Dispose()
    {
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            End();
        GCSettings.LatencyMode = _usual;
        Volatile.Write(ref _pauses, 0);
    }

    static void End()
    {
        try
        {
            GC.EndNoGCRegion();
        }
        catch (InvalidOperationException)
        {
            // The memory did not do, just now.
            return;
        }
        GC.Collect(1, GCCollectionMode.Forced, blocking: true, compacting: false);
        GC.Collect(1, GCCollectionMode.Forced, blocking: true, compacting: false);
    }
}
