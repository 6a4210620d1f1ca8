using System.Runtime;
using Gateway.Core.Storage;

namespace Gateway.Storage.Tests;

/// <summary>Alone: the collector is the whole process's.</summary>
[Collection(nameof(CollectorPauseTests))]
[CollectionDefinition(nameof(CollectorPauseTests), DisableParallelization = true)]
public sealed class CollectorPauseTests
{
    const long Plenty = 1L << 40;

    readonly GCLatencyMode _usual = GCSettings.LatencyMode;

    [Fact]
    public void Nothing_is_collected_while_a_large_store_is_read_and_what_was_read_is_old_afterwards()
    {
        var store = new List<byte[]>();
        using (CollectorPause.Begin(CollectorPause.LeastFileBytes, Plenty))
        {
            int before = GC.CollectionCount(0);
            for (int i = 0; i < 100_000; i++)
                store.Add(new byte[500]);
            Assert.Equal(before, GC.CollectionCount(0));
            Assert.Equal(0, GC.GetGeneration(store[0]));
        }

        Assert.Equal(2, GC.GetGeneration(store[0]));
        Assert.Equal(_usual, GCSettings.LatencyMode);
    }

    [Fact]
    public void More_than_was_expected_is_collected_as_usual()
    {
        using (CollectorPause.Begin(CollectorPause.LeastFileBytes, Plenty))
        {
            int before = GC.CollectionCount(0);
            for (int i = 0; i < 10_000; i++)
                GC.KeepAlive(new byte[64 << 10]);
            Assert.NotEqual(before, GC.CollectionCount(0));
        }

        Assert.Equal(_usual, GCSettings.LatencyMode);
    }

    [Fact]
    public void There_is_one_pause_at_a_time()
    {
        using (CollectorPause.Begin(CollectorPause.LeastFileBytes, Plenty))
            Assert.Null(CollectorPause.Begin(CollectorPause.LeastFileBytes, Plenty));

        using var next = CollectorPause.Begin(CollectorPause.LeastFileBytes, Plenty);
        Assert.NotNull(next);
    }

    [Fact]
    public void A_small_store_is_no_reason_for_one() =>
        Assert.Null(CollectorPause.Begin(CollectorPause.LeastFileBytes - 1, Plenty));

    [Fact]
    public void Where_memory_is_scarce_the_collector_works_but_not_beside_the_reading()
    {
        using (CollectorPause.Begin(CollectorPause.LeastFileBytes, 20 * CollectorPause.LeastFileBytes))
            Assert.Equal(GCLatencyMode.Batch, GCSettings.LatencyMode);

        Assert.Equal(_usual, GCSettings.LatencyMode);
    }
}
