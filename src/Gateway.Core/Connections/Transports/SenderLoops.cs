namespace Gateway.Core.Connections.Transports;

/// <summary>The sender loops of the process, one for each core. Connections are dealt out to them in turn.</summary>
/// <param name="loops">The loops, each at its index; ended with this.</param>
sealed class SenderLoops(IReadOnlyList<SenderLoop> loops) : IDisposable
{
    int _next;

    /// <summary>Loops that do nothing but send.</summary>
    public static SenderLoops OfThreads(int count) => new([.. Enumerable.Range(0, count).Select(index => new SenderThread(index))]);

    public int Count => loops.Count;

    /// <summary>The loop that the next connection belongs to.</summary>
    public SenderLoop Next() => loops[(int)((uint)Interlocked.Increment(ref _next) % (uint)loops.Count)];

    public SenderLoop this[int index] => loops[index];

    public void Dispose()
    {
        foreach (var loop in loops)
            loop.Dispose();
    }
}
