using Gateway.Core.Tenants;

namespace Gateway.Core.Tests.Tenants;

public class TokenBucketTests
{
    readonly HandTurnedClock _clock = new();

    [Fact]
    public void A_second_s_worth_may_come_at_once_and_then_no_more()
    {
        var bucket = new TokenBucket(10, _clock);
        for (var i = 0; i < 10; i++)
            Assert.Equal(TimeSpan.Zero, bucket.TryTake(1));

        Assert.InRange(bucket.TryTake(1), TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.11));
    }

    [Fact]
    public void It_fills_at_its_rate_and_not_beyond_a_second()
    {
        var bucket = new TokenBucket(10, _clock);
        bucket.Charge(10);
        _clock.Advance(TimeSpan.FromSeconds(0.25));
        Assert.Equal(TimeSpan.Zero, bucket.TryTake(1));
        Assert.Equal(TimeSpan.Zero, bucket.TryTake(1));

        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.Zero, bucket.TryTake(10));
        Assert.NotEqual(TimeSpan.Zero, bucket.TryTake(1));
    }

    [Fact]
    public void One_larger_than_the_bucket_passes_once_and_those_behind_it_wait()
    {
        var bucket = new TokenBucket(100, _clock);
        Assert.Equal(TimeSpan.Zero, bucket.TryTake(1_000));

        Assert.InRange(bucket.TryTake(1), TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(9.1));
        _clock.Advance(TimeSpan.FromSeconds(9.1));
        Assert.Equal(TimeSpan.Zero, bucket.TryTake(1));
    }

    [Fact]
    public void Without_a_rate_there_is_no_limit()
    {
        var bucket = new TokenBucket(0, _clock);
        bucket.Charge(long.MaxValue);
        Assert.Equal(TimeSpan.Zero, bucket.TryTake(long.MaxValue));
    }

    [Fact]
    public void Places_are_limited_and_given_back()
    {
        var limits = new TenantLimits(new() { Connections = 2, Topics = 1 }, _clock);
        Assert.True(limits.TryEnterConnection());
        Assert.True(limits.TryEnterConnection());
        Assert.False(limits.TryEnterConnection());
        Assert.True(limits.Topics.TryTake());
        Assert.False(limits.Topics.TryTake());
        Assert.Equal([("connections", 1), ("messages", 0), ("bytes", 0), ("topics", 1), ("storage", 0)], limits.Refused);

        limits.LeaveConnection();
        limits.Topics.Return();
        Assert.True(limits.TryEnterConnection());
        Assert.True(limits.Topics.TryTake());
    }

    sealed class HandTurnedClock : TimeProvider
    {
        long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
