using BenchmarkDotNet.Attributes;
using Gateway.Core.Connections;

namespace Gateway.Benchmarks.Engine;

/// <summary>What a slow client costs: its frames go into its queue and are joined from there.</summary>
[MemoryDiagnoser]
public class QueueBenchmarks
{
    internal const int Frames = 64;

    readonly OutboundQueue _queue = new();
    readonly Frame _frame = Frame.Text(new byte[128]);
    readonly byte[] _buffer = new byte[65536];

    [Benchmark(OperationsPerInvoke = Frames)]
    public void QueueAndJoin()
    {
        for (int i = 0; i < Frames; i++)
            _queue.Add(_frame);
        _queue.Take(_queue.CopyTo(_buffer));
    }
}
