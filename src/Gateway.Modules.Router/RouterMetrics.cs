using System.Diagnostics;
using System.Diagnostics.Metrics;
using Gateway.Core.Diagnostics;
using Gateway.Core.Tenants;
using Gateway.Modules.Router.Callbacks;

namespace Gateway.Modules.Router;

/// <summary>
/// What the module counts beyond what every module does. Pushes are counted in plain numbers, which are read when
/// somebody asks; the rest is rare enough for instruments.
/// </summary>
sealed class RouterMetrics
{
    readonly string _tenant;
    readonly Counter<long> _events;
    readonly Histogram<double> _callbacks;
    readonly Counter<long> _redisLost;
    readonly Counter<long> _renewed;
    readonly Counter<long> _invalid;
    readonly Counter<long> _overflowed;
    long _eventCount;
    long _errorCount;
    long _callbackCount;
    long _pushed;
    long _filtered;
    long _outdated;
    long _throttled;
    int _sessions;

    public RouterMetrics(IMeterFactory factory, Tenant tenant)
    {
        _tenant = tenant.Name;
        var meter = factory.Create(new MeterOptions(GatewayMetrics.MeterName));
        _events = meter.CreateCounter<long>("gateway.router.events", description: "Events of clients, by kind and outcome.");
        _callbacks = meter.CreateHistogram<double>("gateway.router.callback.duration", "s", "Time of a call to a service, all its tries included.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });
        _redisLost = meter.CreateCounter<long>("gateway.router.redis.lost", description: "How often the connection to Redis was lost.");
        _renewed = meter.CreateCounter<long>("gateway.router.topics.renewed", description: "Subscriptions renewed after the connection to Redis was back.");
        _invalid = meter.CreateCounter<long>("gateway.router.messages.invalid", description: "Published messages that are none.");
        _overflowed = meter.CreateCounter<long>("gateway.router.messages.overflowed", description: "Messages dropped since too many waited, for the confirmation of a subscription or to be dealt with.");
        Observe(meter, "gateway.router.pushes", () => Pushed, "Messages given to a client.");
        Observe(meter, "gateway.router.filtered", () => Interlocked.Read(ref _filtered), "Messages kept from a client by its fields.");
        Observe(meter, "gateway.router.outdated", () => Interlocked.Read(ref _outdated), "Messages kept from a client since it has had a later one.");
        Observe(meter, "gateway.router.throttled", () => Throttled, "Messages put off, or overtaken by a later one, since the last was too recent.");
    }

    public long Events => Interlocked.Read(ref _eventCount);

    public long Errors => Interlocked.Read(ref _errorCount);

    public long CallbackCount => Interlocked.Read(ref _callbackCount);

    public long Pushed => Interlocked.Read(ref _pushed);

    /// <summary>Messages kept from a client by a filter field or by their order.</summary>
    public long Filtered => Interlocked.Read(ref _filtered) + Interlocked.Read(ref _outdated);

    public long Throttled => Interlocked.Read(ref _throttled);

    public int Sessions => Volatile.Read(ref _sessions);

    public void AddSession(int change) => Interlocked.Add(ref _sessions, change);

    /// <param name="kind">One of the protocol's events, or <c>invalid</c> or <c>unknown</c>; never what a client wrote.</param>
    /// <param name="succeeded">How it ended.</param>
    public void CountEvent(string kind, bool succeeded)
    {
        Interlocked.Increment(ref _eventCount);
        if (!succeeded)
            Interlocked.Increment(ref _errorCount);
        _events.Add(1, Tag("tenant", _tenant), Tag("event", kind), Tag("status", succeeded ? "success" : "error"));
    }

    public void RecordCallback(string service, Callback callback, CallbackOutcome outcome, TimeSpan duration)
    {
        Interlocked.Increment(ref _callbackCount);
        _callbacks.Record(duration.TotalSeconds, new TagList
        {
            Tag("tenant", _tenant), Tag("service", service), Tag("callback", callback.ToString()), Tag("outcome", outcome.ToString().ToLowerInvariant()),
        });
    }

    public void CountPushed() => Interlocked.Increment(ref _pushed);

    public void CountFiltered() => Interlocked.Increment(ref _filtered);

    public void CountOutdated() => Interlocked.Increment(ref _outdated);

    public void CountThrottled() => Interlocked.Increment(ref _throttled);

    public void CountRedisLost() => _redisLost.Add(1, Tag("tenant", _tenant));

    public void CountRenewed() => _renewed.Add(1, Tag("tenant", _tenant));

    public void CountInvalidMessage() => _invalid.Add(1, Tag("tenant", _tenant));

    public void CountOverflowed(int messages) => _overflowed.Add(messages, Tag("tenant", _tenant));

    static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    void Observe(Meter meter, string name, Func<long> value, string description) =>
        meter.CreateObservableCounter(name, () => new Measurement<long>(value(), Tag("tenant", _tenant)), description: description);
}
