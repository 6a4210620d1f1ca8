using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Gateway.Core.Diagnostics;

/// <summary>What the process and its runtime use, on the gateway's own meter and under its own prefix.</summary>
static class ProcessInstruments
{
    public static void AddTo(Meter meter)
    {
        meter.CreateObservableCounter("gateway.process.cpu", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s",
            "Processor time used by the process.");
        meter.CreateObservableGauge("gateway.process.memory", () => Environment.WorkingSet, "By",
            "Resident memory of the process.");
        meter.CreateObservableGauge("gateway.process.start.time", () => StartTime, "s",
            "When the process started, in seconds since 1970.");
        meter.CreateObservableGauge("gateway.process.open.handles", ProcessHandles.Count,
            description: "Open file descriptors (Linux) or handles of the process.");
        meter.CreateObservableGauge("gateway.runtime.heap.size", () => GC.GetTotalMemory(false), "By",
            "Bytes on the managed heap.");
        meter.CreateObservableCounter("gateway.runtime.allocated", () => GC.GetTotalAllocatedBytes(), "By",
            "Bytes allocated on the managed heap since the start.");
        meter.CreateObservableCounter("gateway.runtime.gc.collections", Collections,
            description: "Garbage collections, by generation.");
        meter.CreateObservableCounter("gateway.runtime.gc.pause", () => GC.GetTotalPauseDuration().TotalSeconds, "s",
            "Time for which garbage collections have stopped the process.");
        meter.CreateObservableGauge("gateway.runtime.threadpool.threads", () => ThreadPool.ThreadCount,
            description: "Threads of the pool.");
        meter.CreateObservableGauge("gateway.runtime.threadpool.queue", () => ThreadPool.PendingWorkItemCount,
            description: "Work items that wait for a thread of the pool.");
        meter.CreateObservableCounter("gateway.runtime.lock.contentions", () => Monitor.LockContentionCount,
            description: "Times that a thread had to wait for a lock.");
    }

    /// <summary>When the process started, in seconds since 1970.</summary>
    public static double StartTime { get; } =
        new DateTimeOffset(Process.GetCurrentProcess().StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;

    static IEnumerable<Measurement<long>> Collections() =>
        Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => new Measurement<long>(
            GC.CollectionCount(generation), new KeyValuePair<string, object?>("generation", generation)));
}
