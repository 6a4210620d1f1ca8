using Gateway.Modules.Events.Storage;
using Gateway.Testing;

namespace Gateway.Modules.Events.Tests;

/// <summary>The scheduler with a clock that is turned by hand and a store of its own.</summary>
public sealed class SchedulerTests(EventsGateway gateway) : IClassFixture<EventsGateway>, IAsyncLifetime
{
    static readonly DateTimeOffset Start = VirtualSchedule.Start;
    static readonly Guid User = VirtualSchedule.User;

    readonly VirtualSchedule _schedule = new(gateway.Gateway.Services);

    public Task InitializeAsync() => _schedule.RunAsync();

    public Task DisposeAsync() => _schedule.DisposeAsync().AsTask();

    [Fact]
    public async Task An_event_fires_at_its_second_and_not_before()
    {
        var record = await InsertAsync(1_000_010);
        _schedule.Time.Advance(TimeSpan.FromSeconds(9.9));
        await FiresAsync(await InsertAsync(0));
        Assert.True(record.IsPending);
        await TurnsAsync(record);
        Assert.Equal(2, record.Fired);
        Assert.True(_schedule.Time.GetUtcNow() >= Start + TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_clock_that_jumps_forward_is_noticed()
    {
        var record = await InsertAsync(1_005_000);
        _schedule.Time.AdjustTime(Start + TimeSpan.FromSeconds(6000));
        await TurnsAsync(record);
    }

    [Fact]
    public async Task A_clock_that_jumps_back_puts_off_what_has_not_fired()
    {
        var before = await InsertAsync(1_000_000);
        await FiresAsync(before);
        _schedule.Time.AdjustTime(Start - TimeSpan.FromSeconds(500));
        var record = await InsertAsync(999_600);
        await FiresAsync(await InsertAsync(0));
        Assert.True(record.IsPending);
        _schedule.Time.Advance(TimeSpan.FromSeconds(100));
        await TurnsAsync(record);
        Assert.Equal(1, before.Fired);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(253_402_300_800)]
    public async Task Times_beyond_all_calendars_wait(long timestamp)
    {
        var record = await InsertAsync(timestamp);
        await FiresAsync(await InsertAsync(long.MinValue));
        Assert.True(record.IsPending);
    }

    [Fact]
    public async Task What_became_due_while_nothing_ran_fires_once_at_the_start_in_order()
    {
        EventRecord[] due = [await InsertAsync(1_000_030), await InsertAsync(1_000_010), await InsertAsync(1_000_020)];
        var cancelled = await InsertAsync(1_000_015);
        await _schedule.Store.CancelAsync(cancelled.Id, User);
        await _schedule.StopAsync();
        _schedule.Time.AdjustTime(Start + TimeSpan.FromSeconds(100));
        for (int i = 0; i < 2; i++)
        {
            await _schedule.RunAsync();
            await Eventually.BecomesTrueAsync(() => _schedule.Store.LastFired == 3, "three events to fire");
            var page = new List<EventRecord>();
            _schedule.Store.History(0, 3, [], page);
            Assert.Equal([due[1].Id, due[2].Id, due[0].Id], page.Select(record => record.Id));
            await _schedule.StopAsync();
        }
        await _schedule.RunAsync();
    }

    [Fact]
    public async Task Of_a_series_that_was_missed_one_fires_and_the_next_is_on_its_grid()
    {
        var (_, records) = await _schedule.Store.InsertAsync([new("tick", User, 1_000_010, "1"u8.ToArray(), Repetition.AtInterval(60, null))], User, null);
        await _schedule.StopAsync();
        _schedule.Time.AdjustTime(Start + TimeSpan.FromSeconds(10_000));
        await _schedule.RunAsync();
        await Eventually.BecomesTrueAsync(() => _schedule.Store.LastFired == 1, "the event to fire");
        await FiresAsync(await InsertAsync(0));
        Assert.Equal(1_010_030, _schedule.Store.NextDue);
        await _schedule.StopAsync();
        await _schedule.RunAsync();
        Assert.Equal(1_010_030, _schedule.Store.NextDue);
        await _schedule.Store.CancelAsync(records[0].Id, User);
        Assert.Null(_schedule.Store.NextDue);
    }

    Task<EventRecord> InsertAsync(long timestamp) => _schedule.InsertAsync(timestamp);

    static Task FiresAsync(EventRecord record) => Eventually.BecomesTrueAsync(() => record.Fired != 0, "the event to fire");

    // Turns the clock by hand until the event fires: how often is the scheduler's to say.
    Task TurnsAsync(EventRecord record) => Eventually.BecomesTrueAsync(
        () =>
        {
            if (record.Fired == 0)
                _schedule.Time.Advance(TimeSpan.FromSeconds(1));
            return record.Fired != 0;
        },
        "the event to fire");
}
