using Gateway.Core.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Core.Tests.Connections;

public sealed class QuietCollectionTests : IDisposable
{
    const int Long = 20 * QuietCollection.QuietMilliseconds;

    readonly TimerWheel _wheel;
    readonly QuietCollection _garbage;
    long _now;
    long _heapBytes;
    int _collections;

    public QuietCollectionTests()
    {
        _wheel = new(() => _now, NullLogger<TimerWheel>.Instance);
        _garbage = new(_wheel, () => _now, () => _heapBytes, () => _collections++);
    }

    public void Dispose() => _wheel.Dispose();

    [Fact]
    public void Nothing_is_collected_for_a_few_connections()
    {
        Note(QuietCollection.Many - 1);
        Pass(Long);
        Assert.Equal(0, _collections);
    }

    [Fact]
    public void Garbage_is_collected_once_when_many_have_come_or_gone_and_it_is_quiet_again()
    {
        Note(2 * QuietCollection.Many);
        Assert.Equal(0, _collections);
        Pass(Long);
        Assert.Equal(1, _collections);
    }

    [Fact]
    public void While_they_still_come_nothing_is_collected()
    {
        Note(QuietCollection.Many);
        for (int i = 0; i < 20; i++)
        {
            Pass(QuietCollection.QuietMilliseconds / 2);
            Note(QuietCollection.Few);
        }
        Assert.Equal(0, _collections);
        Pass(3 * QuietCollection.QuietMilliseconds);
        Assert.Equal(1, _collections);
    }

    [Fact]
    public void A_large_heap_is_searched_only_for_as_many_more()
    {
        _heapBytes = 10L * QuietCollection.Many * QuietCollection.HeapBytesEach;
        Note(5 * QuietCollection.Many);
        Pass(Long);
        Assert.Equal(0, _collections);
        Note(5 * QuietCollection.Many);
        Pass(Long);
        Assert.Equal(1, _collections);
    }

    [Fact]
    public void The_next_many_are_collected_for_as_well()
    {
        for (int wave = 1; wave <= 3; wave++)
        {
            Note(QuietCollection.Many);
            Pass(Long);
            Assert.Equal(wave, _collections);
        }
    }

    void Note(int connections)
    {
        for (int i = 0; i < connections; i++)
            _garbage.Note();
    }

    // As the wheel's own timer would, in ticks.
    void Pass(int milliseconds)
    {
        for (int passed = 0; passed < milliseconds; passed += 100)
        {
            _now += 100;
            _wheel.Turn();
        }
    }
}
