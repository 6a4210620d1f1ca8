using BenchmarkDotNet.Attributes;
using Gateway.Core.Connections.WebSockets;

namespace Gateway.Benchmarks.Engine;

/// <summary>The framing of one message of the usual size, in and out.</summary>
[MemoryDiagnoser]
public class WireBenchmarks
{
    readonly byte[] _payload = Enumerable.Repeat((byte)'x', 128).ToArray();
    readonly byte[] _masked;
    WebSocketDecoder _decoder = new(65536);

    public WireBenchmarks()
    {
        // A mask of zeros leaves the payload as it is, however often it is removed.
        _masked = [0x81, 0xFE, 0, 128, 0, 0, 0, 0, .. _payload];
    }

    [Benchmark]
    public bool Decode()
    {
        bool message = _decoder.Read(_masked, out int consumed, out _);
        return message && !_decoder.Read(_masked.AsMemory(consumed), out _, out _);
    }

    [Benchmark]
    public byte[] Encode() => WebSocketFrames.Text(_payload);
}
