using System.Globalization;

namespace Gateway.Benchmarks.Engine;

/// <summary>
/// Counts what the micro-benchmarks of the engine allocate, and fails unless it is nothing for each delivery, and for one that
/// waits in a queue no more than the queue's slots. Counts are the same on every machine; nothing here is timed.
/// </summary>
static class AllocationCommand
{
    const int WarmUps = 50;
    const int Runs = 50;
    const int Tries = 3;

    // Less than one object for the deliveries of a whole run, which may be somebody else's.
    const double None = 0.5;

    // An empty queue holds no memory: filling it with 64 frames allocates its slots anew, four times, doubling.
    const double Slots = 24;

    internal static async Task<int> RunAsync()
    {
        bool sound = true;
        foreach (int subscribers in (int[])[1, 100, 1000])
        {
            var fanOut = new FanOutBenchmarks { Subscribers = subscribers };
            fanOut.Setup();
            int deliveries = FanOutBenchmarks.Frames * subscribers;
            sound &= await AllocatesAtMostAsync($"fan-out to {subscribers}", deliveries, None, () => new ValueTask(fanOut.PublishToAll()));
            fanOut.Cleanup();
        }

        var queue = new QueueBenchmarks();
        sound &= await AllocatesAtMostAsync("queue for a slow client", QueueBenchmarks.Frames, Slots, () => Run(queue.QueueAndJoin));
        var wire = new WireBenchmarks();
        sound &= await AllocatesAtMostAsync("decoding of a message", 1, None, () => Run(() => wire.Decode()));
        return sound ? 0 : 1;
    }

    static async Task<bool> AllocatesAtMostAsync(string name, int deliveries, double most, Func<ValueTask> run)
    {
        double best = double.MaxValue;
        for (int i = 0; i < WarmUps; i++)
            await run();
        for (int i = 0; i < Tries; i++)
            best = Math.Min(best, await CountAsync(run) / (double)deliveries / Runs);
        bool sound = best < most;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"allocations: {name}: {best:F2} B for each delivery{(sound ? "" : $", where less than {most} is allowed")}"));
        return sound;
    }

    static async Task<long> CountAsync(Func<ValueTask> run)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < Runs; i++)
            await run();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    static ValueTask Run(Action run)
    {
        run();
        return ValueTask.CompletedTask;
    }
}
