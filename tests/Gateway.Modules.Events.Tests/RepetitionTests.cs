using FsCheck.Xunit;
using Gateway.Modules.Events.Storage;

namespace Gateway.Modules.Events.Tests;

public sealed class RepetitionTests
{
    [Property]
    public void At_an_interval_the_next_time_is_the_first_of_the_grid_that_is_still_to_come(int timestamp, ushort interval, int passed)
    {
        long every = interval + 1L, now = timestamp + (long)passed;
        long next = Repetition.AtInterval(every, null).Next(timestamp, now)!.Value;
        Assert.Equal(0, (next - timestamp) % every);
        Assert.True(next > timestamp && next > now);
        Assert.True(next - every <= Math.Max(timestamp, now));
    }

    [Theory]
    [InlineData(long.MinValue, 10, 3, 13L)]
    [InlineData(long.MaxValue - 1, 0, 2, null)]
    [InlineData(long.MaxValue - 1, 0, 1, long.MaxValue)]
    [InlineData(0, long.MaxValue, 1, null)]
    [InlineData(5, 5, long.MaxValue, null)]
    public void No_time_is_beyond_the_arithmetic(long timestamp, long now, long every, long? expected) =>
        Assert.Equal(expected, Repetition.AtInterval(every, null).Next(timestamp, now));

    [Fact]
    public void It_ends_with_until()
    {
        var repetition = Repetition.AtInterval(10, 25);
        Assert.Equal(20, repetition.Next(10, 10));
        Assert.Null(repetition.Next(20, 20));
        Assert.Null(repetition.First(26, 0));
        Assert.Equal(25, repetition.First(25, 0));
    }

    [Theory]
    [InlineData("0 9 * * 1-5", "", "2026-03-27T12:00:00Z", "2026-03-30T09:00:00Z")]
    [InlineData("0 9 * * 1-5", "Europe/Berlin", "2026-03-27T12:00:00Z", "2026-03-30T07:00:00Z")]
    [InlineData("0 9 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", "2026-03-28T08:00:00Z")]
    [InlineData("*/10 * * * * *", "", "2026-03-27T12:00:01Z", "2026-03-27T12:00:10Z")]
    public void A_cron_expression_names_the_time(string cron, string zone, string now, string expected)
    {
        var repetition = Repetition.AtTimes(cron, zone, null);
        Assert.Equal(Seconds(expected), repetition.Next(0, Seconds(now)));
        Assert.Equal(Seconds(expected), repetition.First(0, Seconds(now)));
        Assert.Equal(Seconds(expected), repetition.First(Seconds(expected), Seconds(now)));
        Assert.True(repetition.Next(Seconds(expected), Seconds(now)) > Seconds(expected));
    }

    [Fact]
    public void A_time_that_never_comes_is_none()
    {
        Assert.Null(Repetition.AtTimes("0 0 30 2 *", "", null).First(0, 0));
        Assert.Null(Repetition.AtTimes("0 0 * * *", "", null).First(long.MaxValue, 0));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("often", "")]
    [InlineData("0 9 * *", "")]
    [InlineData("61 9 * * *", "")]
    [InlineData("0 9 * * *", "Atlantis/City")]
    public void What_is_no_expression_or_zone_is_refused(string cron, string zone) =>
        Assert.Throws<FormatException>(() => Repetition.AtTimes(cron, zone, null));

    static long Seconds(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();
}
