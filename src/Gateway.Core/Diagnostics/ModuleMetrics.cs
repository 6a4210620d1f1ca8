using System.Collections.Concurrent;
using Gateway.Core.Connections;

namespace Gateway.Core.Diagnostics;

/// <summary>
/// What one module's traffic adds up to. Plain counters, bumped once per sweep rather than per delivery, and read by
/// the instruments of <see cref="GatewayMetrics"/> only when somebody asks.
/// </summary>
sealed class ModuleMetrics(string tenant, string module, Action<double> recordFanOut, Action<double> recordCommit)
{
    readonly Counter _published = new();
    readonly Counter _delivered = new();
    readonly Counter[] _dropped = [.. Enum.GetValues<DropReason>().Select(_ => new Counter())];
    readonly long[] _closed = new long[CloseReasons.All.Length];
    readonly ConcurrentDictionary<string, long> _refused = new();
    long _opened;
    long _logged;
    long _syncs;
    long _fanOuts;
    long _fanOutTicks;

    /// <summary>The tags of its measurements.</summary>
    public KeyValuePair<string, object?>[] Tags { get; } = [new("tenant", tenant), new("module", module)];

    public string Tenant { get; } = tenant;

    public string Module { get; } = module;

    public FrameCount Published => _published.Value;

    public FrameCount Delivered => _delivered.Value;

    public FrameCount Dropped(DropReason reason) => _dropped[(int)reason].Value;

    public long Opened => Interlocked.Read(ref _opened);

    public long Closed(CloseReason reason) => Interlocked.Read(ref _closed[(int)reason]);

    public void AddPublished(Frame frame) => AddPublished(frame.Count);

    public void AddPublished(FrameCount count) => _published.Add(count);

    public void AddDelivered(FrameCount count) => _delivered.Add(count);

    public void AddDropped(DropReason reason, FrameCount count) => _dropped[(int)reason].Add(count);

    /// <summary>Clients refused, by the code of the fault: a handful, whatever clients send.</summary>
    public IEnumerable<KeyValuePair<string, long>> Refused => _refused;

    public void AddRefused(string code) => _refused.AddOrUpdate(code, 1, (_, count) => count + 1);

    public void AddOpened() => Interlocked.Increment(ref _opened);

    public void AddClosed(CloseReason reason) => Interlocked.Increment(ref _closed[(int)reason]);

    /// <summary>The time from a publish to the moment when the last subscriber of a sender loop had been served.</summary>
    public void RecordFanOut(TimeSpan latency)
    {
        Interlocked.Increment(ref _fanOuts);
        Interlocked.Add(ref _fanOutTicks, latency.Ticks);
        recordFanOut(latency.TotalSeconds);
    }

    /// <summary>How many of these times there were, and what they add up to.</summary>
    public (long Count, TimeSpan Sum) FanOut => (Interlocked.Read(ref _fanOuts), TimeSpan.FromTicks(Interlocked.Read(ref _fanOutTicks)));

    /// <summary>Records appended to logs.</summary>
    public long Logged => Interlocked.Read(ref _logged);

    /// <summary>Fsyncs of logs.</summary>
    public long Syncs => Interlocked.Read(ref _syncs);

    public void AddLogged(long records) => Interlocked.Add(ref _logged, records);

    public void AddSync() => Interlocked.Increment(ref _syncs);

    /// <summary>The time for which the first of a group of durable writes waited.</summary>
    public void RecordCommit(TimeSpan latency) => recordCommit(latency.TotalSeconds);

    sealed class Counter
    {
        long _frames;
        long _bytes;

        public FrameCount Value => new(Interlocked.Read(ref _frames), Interlocked.Read(ref _bytes));

        public void Add(FrameCount count)
        {
            if (count.Frames == 0)
                return;
            Interlocked.Add(ref _frames, count.Frames);
            Interlocked.Add(ref _bytes, count.Bytes);
        }
    }
}
