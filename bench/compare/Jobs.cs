using Gateway.Compare.Targets;
using Gateway.Compare.Work;

namespace Gateway.Compare;

/// <summary>All that can be measured.</summary>
static class Jobs
{
    internal static IReadOnlyList<Job> All { get; } =
    [
        new FanOut("ws-1", Channel.WebSocket, 1),
        new FanOut("ws-100", Channel.WebSocket, 100),
        new FanOut("ws-1000", Channel.WebSocket, 1000, rate: 100),
        new FanOut("ws-10000", Channel.WebSocket, 10_000),
        new FanOut("ws-topics", Channel.WebSocket, 1000, topics: 1000),
        new FanOut("sse-1", Channel.EventStream, 1),
        new FanOut("sse-100", Channel.EventStream, 100),
        new FanOut("sse-1000", Channel.EventStream, 1000, rate: 100),
        new FanOut("sse-10000", Channel.EventStream, 10_000),
        new Slow("slow-10", subscribers: 1000, slow: 10, rate: 100),
        new Slow("slow-1", subscribers: 1000, slow: 1, rate: 100),
        new Reconnect("reconnect", subscribers: 1000, others: 1000, rate: 100),
        new Idle("ws-idle", Channel.WebSocket, 10_000),
        new Idle("sse-idle", Channel.EventStream, 10_000),
        new Churn("churn", clients: 100),
        new FanOut("redis-1000", Channel.Redis, 1000, rate: 100),
        new FanOut("json-1000", Channel.Json, 1000, flooded: false, rate: 100),
        new Snapshots("json-snapshots", subscribers: 100, rate: 100),
        new FanOut("bytes-100", Channel.Bytes, 100, rate: 100),
        new AllModules("all-modules", subscribers: 100, rate: 50),
    ];
}
