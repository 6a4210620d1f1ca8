using System.Diagnostics;
using System.Numerics;

namespace Gateway.Benchmarks.Load;

/// <summary>Counts durations in buckets whose width grows with the value: each is known to 1/64 of itself.</summary>
sealed class LatencyHistogram
{
    const int PrecisionBits = 6;
    const int Half = 1 << PrecisionBits;

    readonly long[] _buckets = new long[(64 - PrecisionBits) * Half + Half];
    long _count;
    long _max;

    internal double MaxMilliseconds => Milliseconds(_max);

    internal void Add(long timestampTicks)
    {
        var value = Math.Max(0, timestampTicks);
        _buckets[Bucket(value)]++;
        _count++;
        _max = Math.Max(_max, value);
    }

    /// <summary>The duration that <paramref name="share"/> of all are at or below.</summary>
    internal double Milliseconds(double share)
    {
        var wanted = (long)Math.Ceiling(share * _count);
        var bucket = 0;
        for (var seen = _buckets[0]; seen < wanted; seen += _buckets[bucket])
            bucket++;
        return Milliseconds(Math.Min(_max, UpperEnd(bucket)));
    }

    static int Bucket(long value)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)value) - PrecisionBits);
        return shift * Half + (int)(value >> shift);
    }

    static long UpperEnd(int bucket)
    {
        var shift = Math.Max(0, bucket / Half - 1);
        return ((bucket - shift * Half + 1L) << shift) - 1;
    }

    static double Milliseconds(long timestampTicks) => timestampTicks * 1000.0 / Stopwatch.Frequency;
}
