using System.Diagnostics;
using System.Globalization;
using Gateway.Core.Storage;

namespace Gateway.Benchmarks.Storage;

/// <summary>What a durable append costs with group commit, beside a bare loop of write and fsync in the same run.</summary>
static class LogCommand
{
    const int Size = 128;

    static readonly TimeSpan Length = TimeSpan.FromSeconds(3);
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    internal static async Task<int> RunAsync(ReadOnlyMemory<string> arguments)
    {
        var folder = Directory.CreateDirectory(Path.Combine(arguments.Length > 0 ? arguments.Span[0] : Path.GetTempPath(), $"gateway-log-{Environment.ProcessId}"));
        try
        {
            Console.WriteLine($"{"",-22}{"appends/s",12}{"fsyncs/s",12}{"CPU µs each",14}{"p50 µs",10}{"p99 µs",10}");
            var bare = Bare(folder.FullName, Length);
            Print("bare write + fsync", bare);
            foreach (int writers in new[] { 1, 16, 64, 256 })
            {
                await DurableAsync(folder.FullName, writers, WarmUp);
                Print($"durable, {writers} writers", await DurableAsync(folder.FullName, writers, Length));
            }
            Print("bare write + fsync", Bare(folder.FullName, Length));
            Print("nobody waits", await UnwaitedAsync(folder.FullName, Length));
            await ReopenAsync(folder.FullName, records: 100_000, size: 1000);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static Result Bare(string folder, TimeSpan length)
    {
        string path = Path.Combine(folder, "bare");
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        var record = new byte[Size];
        var meter = new Meter(length);
        long offset = 0;
        for (long begin = Stopwatch.GetTimestamp(); !meter.IsOver; begin = meter.Count(begin))
        {
            RandomAccess.Write(file, record, offset);
            RandomAccess.FlushToDisk(file);
            offset += Size;
        }
        return meter.Result(meter.Appends);
    }

    static async Task<Result> DurableAsync(string folder, int writers, TimeSpan length)
    {
        var files = new CountingFiles();
        await using var log = Open(folder, files);
        var meters = Enumerable.Range(0, writers).Select(_ => new Meter(length)).ToList();
        await Task.WhenAll(meters.Select(meter => Task.Run(async () =>
        {
            var record = new byte[Size];
            for (long begin = Stopwatch.GetTimestamp(); !meter.IsOver; begin = meter.Count(begin))
                await log.WhenDurableAsync(log.Append(record));
        })));
        return Meter.Join(meters).Result(files.Syncs);
    }

    static async Task<Result> UnwaitedAsync(string folder, TimeSpan length)
    {
        var files = new CountingFiles();
        await using var log = Open(folder, files);
        var meter = new Meter(length);
        var record = new byte[Size];
        for (long begin = Stopwatch.GetTimestamp(); !meter.IsOver; begin = meter.Count(begin))
        {
            await log.WhenRoomAsync();
            log.Append(record);
        }
        return meter.Result(files.Syncs);
    }

    static async Task ReopenAsync(string folder, int records, int size)
    {
        string path = Path.Combine(folder, "reopened");
        await using (var log = RecordLog.Open(path, _ => { }, (_, _) => { }, new()))
        {
            var record = new byte[size];
            for (int i = 0; i < records; i++)
            {
                await log.WhenRoomAsync();
                log.Append(record);
            }
        }

        long begin = Stopwatch.GetTimestamp();
        var cpu = Environment.CpuUsage.TotalTime;
        int read = 0;
        await using (RecordLog.Open(path, _ => { }, (_, _) => read++, new()))
        {
            var taken = Stopwatch.GetElapsedTime(begin);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"opened with {read:N0} records of {size:N0} bytes in {taken.TotalMilliseconds:N0} ms, {(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds:N0} ms of CPU"));
        }
    }

    static RecordLog Open(string folder, LogFiles files) =>
        RecordLog.Open(Path.Combine(folder, "log"), _ => { }, (_, _) => { }, new() { Files = files });

    static void Print(string name, Result result) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-22}{result.AppendsPerSecond,12:N0}{result.SyncsPerSecond,12:N0}{result.CpuMicros,14:F1}{result.P50,10:N0}{result.P99,10:N0}"));

    sealed class CountingFiles : LogFiles
    {
        public long Syncs { get; private set; }

        public override void Sync(Microsoft.Win32.SafeHandles.SafeFileHandle file)
        {
            base.Sync(file);
            Syncs++;
        }
    }

    readonly record struct Result(double AppendsPerSecond, double SyncsPerSecond, double CpuMicros, double P50, double P99);

    sealed class Meter(TimeSpan length)
    {
        // One latency of so many is kept, so that what is measured is not the list.
        const int Sampled = 16;

        readonly long _begin = Stopwatch.GetTimestamp();
        readonly TimeSpan _cpu = Environment.CpuUsage.TotalTime;
        readonly List<double> _latencies = [];

        public long Appends { get; private set; }

        public bool IsOver => Stopwatch.GetElapsedTime(_begin) >= length;

        public long Count(long begin)
        {
            long now = Stopwatch.GetTimestamp();
            if (Appends++ % Sampled == 0)
                _latencies.Add(Stopwatch.GetElapsedTime(begin, now).TotalMicroseconds);
            return now;
        }

        public Result Result(long syncs)
        {
            double seconds = Stopwatch.GetElapsedTime(_begin).TotalSeconds;
            double cpu = (Environment.CpuUsage.TotalTime - _cpu).TotalMicroseconds;
            _latencies.Sort();
            return new(Appends / seconds, syncs / seconds, cpu / Appends, _latencies[_latencies.Count / 2], _latencies[_latencies.Count * 99 / 100]);
        }

        public static Meter Join(IReadOnlyList<Meter> meters)
        {
            foreach (var meter in meters.Skip(1))
            {
                meters[0].Appends += meter.Appends;
                meters[0]._latencies.AddRange(meter._latencies);
            }
            return meters[0];
        }
    }
}
