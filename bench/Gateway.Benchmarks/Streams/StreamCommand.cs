using System.Diagnostics;
using System.Globalization;
using Gateway.Benchmarks.Load;

namespace Gateway.Benchmarks.Streams;

/// <summary>What byte streams cost.</summary>
static class StreamCommand
{
    const long Bytes = 200_000_000;
    const int Runs = 5;
    const int Ends = 200;

    const string Settings = """{ "Urls": "http://127.0.0.1:0", "Modules": { "Streams": {} } }""";

    static readonly int[] Tailers = [1000, 5000];

    internal static int Run()
    {
        try
        {
            using var server = new BuiltGateway(Settings);
            Console.WriteLine($"{"",-28}{"MB/s",8}{"server CPU s",14}   best of {Runs}, 200 MB");
            Print("bare copy through a file", BareCopy.Measure(Bytes, Runs));
            Print("live, length announced", Best(i => Live(server, $"length{i}", chunked: false)));
            Print("live, in chunks", Best(i => Live(server, $"chunks{i}", chunked: true)));
            Print("stored", Best(_ => Stored(server, "length0")));
            var latency = Latency(server);
            Console.WriteLine($"latency of a line: p50 {1000 * latency.Milliseconds(0.5):0} µs, p99 {1000 * latency.Milliseconds(0.99):0} µs");
            var end = EndLatency(server);
            Console.WriteLine($"latency of an end: p50 {1000 * end.Milliseconds(0.5):0} µs, p99 {1000 * end.Milliseconds(0.99):0} µs");
            foreach (int tailers in Tailers)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"idle tailer, of {tailers}: {Idle(tailers) / 1000:0.0} kB"));
            return 0;
        }
        catch (Exception fault) when (fault is LoadFault or IOException or System.Net.Sockets.SocketException)
        {
            Console.Error.WriteLine($"stream: {fault.Message}");
            return 2;
        }
    }

    static (double Seconds, double Cpu) Best(Func<int, (double Seconds, double Cpu)> run)
    {
        var runs = Enumerable.Range(0, Runs).Select(run).ToList();
        return (runs.Min(result => result.Seconds), runs.Min(result => result.Cpu));
    }

    static void Print(string what, (double Seconds, double Cpu) result) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-28}{Bytes / 1e6 / result.Seconds,8:0}{result.Cpu,14:0.00}"));

    static (double Seconds, double Cpu) Live(BuiltGateway server, string id, bool chunked)
    {
        using var producer = new StreamClient(server.Address("Streams"));
        producer.Begin(id, chunked ? null : Bytes);
        using var consumer = new StreamClient(server.Address("Streams"));
        consumer.Get(id);
        var cpu = server.Usage.Cpu;
        long start = Stopwatch.GetTimestamp();
        var reading = new Thread(() => consumer.ReadBody(Bytes));
        reading.Start();
        producer.SendBody(Bytes, chunked);
        reading.Join();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        producer.ReadEnd();
        return (seconds, (server.Usage.Cpu - cpu).TotalSeconds);
    }

    static (double Seconds, double Cpu) Stored(BuiltGateway server, string id)
    {
        using var consumer = new StreamClient(server.Address("Streams"));
        var cpu = server.Usage.Cpu;
        long start = Stopwatch.GetTimestamp();
        consumer.Get(id);
        consumer.ReadBody(Bytes);
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, (server.Usage.Cpu - cpu).TotalSeconds);
    }

    static LatencyHistogram Latency(BuiltGateway server)
    {
        using var producer = new StreamClient(server.Address("Streams"));
        producer.Begin("latency", null);
        using var consumer = new StreamClient(server.Address("Streams"));
        consumer.Get("latency");
        var histogram = new LatencyHistogram();
        for (int i = 0; i < 3000; i++)
        {
            long sent = Stopwatch.GetTimestamp();
            producer.SendLine();
            consumer.ReadSome();
            if (i >= 1000)
                histogram.Add(Stopwatch.GetTimestamp() - sent);
            Thread.Sleep(1);
        }
        return histogram;
    }

    // From the producer's end to the consumer's.
    static LatencyHistogram EndLatency(BuiltGateway server)
    {
        var histogram = new LatencyHistogram();
        for (int i = 0; i < Ends; i++)
        {
            using var producer = new StreamClient(server.Address("Streams"));
            producer.Begin($"end{i}", null);
            using var consumer = new StreamClient(server.Address("Streams"));
            consumer.Get($"end{i}");
            producer.SendLine();
            consumer.ReadSome();
            long ended = Stopwatch.GetTimestamp();
            producer.SendEnd();
            consumer.ReadEnd();
            histogram.Add(Stopwatch.GetTimestamp() - ended);
        }
        return histogram;
    }

    // On a server of its own: memory that a flood has left free would hide what connections take.
    static double Idle(int count)
    {
        using var server = new BuiltGateway(Settings);
        using var producer = new StreamClient(server.Address("Streams"));
        producer.Begin("idle", null);
        Open(server, count).ForEach(tailer => tailer.Dispose());
        long before = Settled(server);
        var tailers = Open(server, count);
        long after = Settled(server);
        tailers.ForEach(tailer => tailer.Dispose());
        return (double)(after - before) / count;
    }

    static List<StreamClient> Open(BuiltGateway server, int count)
    {
        var tailers = Enumerable.Range(0, count).Select(_ => new StreamClient(server.Address("Streams"))).ToList();
        tailers.ForEach(tailer => tailer.Get("idle"));
        return tailers;
    }

    static long Settled(BuiltGateway server)
    {
        long resident = server.Usage.ResidentBytes;
        for (int steady = 0, sample = 0; steady < 8 && sample < 120; sample++)
        {
            Thread.Sleep(250);
            long now = server.Usage.ResidentBytes;
            steady = Math.Abs(now - resident) <= resident / 500 ? steady + 1 : 0;
            resident = now;
        }
        return resident;
    }
}
