using Microsoft.Extensions.Logging;

namespace Gateway.Core.Connections;

/// <summary>
/// One timer for all heartbeats: entries hang in slots of a tenth of a second, so that setting and cancelling one costs
/// the same however many there are. An entry may come up to two ticks late, never early.
/// </summary>
sealed partial class TimerWheel : IDisposable
{
    const int TickMilliseconds = 100;
    const int Slots = 512;

    readonly Lock _gate = new();
    readonly Entry?[] _slots = new Entry?[Slots];
    readonly List<Entry> _due = [];
    readonly Func<long> _clock;
    readonly ILogger<TimerWheel> _log;
    readonly Timer? _timer;
    long _tick;

    public TimerWheel(ILogger<TimerWheel> log) : this(() => Environment.TickCount64, log) =>
        _timer = new Timer(_ => Turn(), null, TickMilliseconds, TickMilliseconds);

    /// <summary>A wheel that turns by hand only, with a clock in milliseconds.</summary>
    internal TimerWheel(Func<long> clock, ILogger<TimerWheel> log)
    {
        _clock = clock;
        _log = log;
        _tick = Now;
    }

    long Now => _clock() / TickMilliseconds;

    /// <summary>Has the entry come due at a time of <see cref="Environment.TickCount64"/>; replaces its earlier time.</summary>
    public void Set(Entry entry, long dueAt)
    {
        lock (_gate)
        {
            if (entry.IsCancelled)
                return;
            Unlink(entry);
            Link(entry, Math.Max((dueAt / TickMilliseconds) + 1, _tick + 1));
        }
    }

    /// <summary>The entry never comes due again.</summary>
    public void Cancel(Entry entry)
    {
        lock (_gate)
        {
            entry.IsCancelled = true;
            Unlink(entry);
        }
    }

    public void Dispose() => _timer?.Dispose();

    // The timer may fire again while a turn is still under way; that turn then sees to the missed ticks.
    internal void Turn()
    {
        if (!Monitor.TryEnter(_due))
            return;
        try
        {
            CollectDue();
            foreach (var entry in _due)
            {
                if (IsStillDue(entry))
                    Run(entry);
            }
            _due.Clear();
        }
        finally
        {
            Monitor.Exit(_due);
        }
    }

    // One entry's fault must not keep the others waiting, nor end the process, as it would on a timer's thread.
    void Run(Entry entry)
    {
        try
        {
            entry.OnDue();
        }
        catch (Exception e)
        {
            EntryFailed(e);
        }
    }

    void CollectDue()
    {
        lock (_gate)
        {
            // However long the process slept, one round visits every slot.
            long from = Math.Max(_tick + 1, Now - Slots + 1);
            _tick = Now;
            for (long tick = from; tick <= _tick; tick++)
            {
                for (var entry = _slots[tick % Slots]; entry != null; entry = entry.Next)
                {
                    if (entry.DueTick <= _tick)
                        _due.Add(entry);
                }
            }
            foreach (var entry in _due)
                Unlink(entry);
        }
    }

    // An entry before it, or another thread, may have cancelled it or put it off meanwhile.
    bool IsStillDue(Entry entry)
    {
        lock (_gate)
            return !entry.IsCancelled && entry.DueTick == 0;
    }

    void Link(Entry entry, long tick)
    {
        entry.DueTick = tick;
        ref var head = ref _slots[tick % Slots];
        entry.Next = head;
        if (head != null)
            head.Previous = entry;
        head = entry;
    }

    void Unlink(Entry entry)
    {
        if (entry.DueTick == 0)
            return;
        if (entry.Previous != null)
            entry.Previous.Next = entry.Next;
        else
            _slots[entry.DueTick % Slots] = entry.Next;
        if (entry.Next != null)
            entry.Next.Previous = entry.Previous;
        entry.Previous = entry.Next = null;
        entry.DueTick = 0;
    }

    [LoggerMessage(1004, LogLevel.Error, "Something that came due failed", EventName = "TimerEntryFailed")]
    partial void EntryFailed(Exception exception);

    /// <summary>Something that comes due. Belongs to one wheel.</summary>
    public abstract class Entry
    {
        internal Entry? Previous { get; set; }

        internal Entry? Next { get; set; }

        internal long DueTick { get; set; }

        internal bool IsCancelled { get; set; }

        /// <summary>Runs on the wheel's timer: must not block.</summary>
        public abstract void OnDue();
    }
}
