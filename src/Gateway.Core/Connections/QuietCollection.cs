namespace Gateway.Core.Connections;

/// <summary>
/// What handshakes and ended connections leave behind is garbage that stays while little new is allocated: once thousands
/// of clients have come and fallen silent, it would be a good part of what is resident. So when many have come or gone,
/// and it is quiet again, the collector is asked to look, in the background.
/// </summary>
/// <param name="wheel">What says that time has passed.</param>
/// <param name="clock">In milliseconds, as the wheel has it.</param>
/// <param name="heapBytes">How large the heap is.</param>
/// <param name="collect">Collects.</param>
sealed class QuietCollection(TimerWheel wheel, Func<long> clock, Func<long> heapBytes, Action collect) : TimerWheel.Entry
{
    /// <summary>As many have to come or go that their garbage is worth a collection.</summary>
    public const int Many = 1_000;

    /// <summary>It is quiet when fewer than this come or go within <see cref="QuietMilliseconds"/>.</summary>
    public const int Few = 50;

    /// <summary>How long it has to be quiet.</summary>
    public const int QuietMilliseconds = 1_000;

    /// <summary>
    /// So much of the heap for each that came or went makes a collection too dear: ten times the garbage of a handshake.
    /// </summary>
    public const int HeapBytesEach = 60_000;

    int _changes;
    int _seen;

    public QuietCollection(TimerWheel wheel)
        : this(wheel, () => Environment.TickCount64, () => GC.GetTotalMemory(forceFullCollection: false), () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false))
    {
    }

    /// <summary>A connection has come or gone.</summary>
    public void Note()
    {
        if (Interlocked.Increment(ref _changes) == Many)
            AwaitQuiet(Many);
    }

    public override void OnDue()
    {
        int changes = Volatile.Read(ref _changes);
        if (changes - _seen >= Few || heapBytes() / HeapBytesEach > changes)
        {
            AwaitQuiet(changes);
            return;
        }
        Interlocked.Add(ref _changes, -changes);
        collect();
    }

    void AwaitQuiet(int seen)
    {
        _seen = seen;
        wheel.Set(this, clock() + QuietMilliseconds);
    }
}
