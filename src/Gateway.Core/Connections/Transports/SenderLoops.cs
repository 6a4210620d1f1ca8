namespace Gateway.Core.Connections.Transports;

/// <summary>The sender loops of the process, one for each core. Connections are dealt out to them in turn.</summary>
sealed class SenderLoops : IDisposable
{
    readonly SenderLoop[] _loops;
    int _next;

    public SenderLoops() : this(Environment.ProcessorCount)
    {
    }

    internal SenderLoops(int count) => _loops = [.. Enumerable.Range(0, count).Select(i => new SenderLoop(i))];

    public int Count => _loops.Length;

    /// <summary>The index of the loop that the next connection belongs to.</summary>
    public int Next() => (int)((uint)Interlocked.Increment(ref _next) % (uint)_loops.Length);

    public SenderLoop this[int index] => _loops[index];

    public void Dispose()
    {
        foreach (var loop in _loops)
            loop.Dispose();
    }
}
