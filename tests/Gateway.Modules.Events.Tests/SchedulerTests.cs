using Gateway.Core.Diagnostics;
using Gateway.Core.Hosting;
using Gateway.Core.Tenants;
using Gateway.Core.Topics;
using Gateway.Modules.Events.Storage;
using Gateway.Modules.Events.Streaming;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Modules.Events.Tests;

/// <summary>The scheduler with a clock that is turned by hand and a store of its own.</summary>
public sealed class SchedulerTests(EventsGateway gateway) : IClassFixture<EventsGateway>, IAsyncLifetime
{
    static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_000_000);
    static readonly Guid User = Guid.NewGuid();

    readonly TemporaryFolder _folder = new();
    readonly FakeTimeProvider _time = new(Start);
    EventStore _store = null!;
    Scheduler _scheduler = null!;

    public Task InitializeAsync() => RunAsync();

    public async Task DisposeAsync()
    {
        await _scheduler.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_event_fires_at_its_second_and_not_before()
    {
        var record = await InsertAsync(1_000_010);
        _time.Advance(TimeSpan.FromSeconds(9.9));
        await FiresAsync(await InsertAsync(0));
        Assert.True(record.IsPending);
        await TurnsAsync(record);
        Assert.Equal(2, record.Fired);
        Assert.True(_time.GetUtcNow() >= Start + TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_clock_that_jumps_forward_is_noticed()
    {
        var record = await InsertAsync(1_005_000);
        _time.AdjustTime(Start + TimeSpan.FromSeconds(6000));
        await TurnsAsync(record);
    }

    [Fact]
    public async Task A_clock_that_jumps_back_puts_off_what_has_not_fired()
    {
        var before = await InsertAsync(1_000_000);
        await FiresAsync(before);
        _time.AdjustTime(Start - TimeSpan.FromSeconds(500));
        var record = await InsertAsync(999_600);
        await FiresAsync(await InsertAsync(0));
        Assert.True(record.IsPending);
        _time.Advance(TimeSpan.FromSeconds(100));
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
        await _store.CancelAsync(cancelled.Id, User);
        await _scheduler.DisposeAsync();
        _time.AdjustTime(Start + TimeSpan.FromSeconds(100));
        for (int i = 0; i < 2; i++)
        {
            await RunAsync();
            await Eventually.BecomesTrueAsync(() => _store.LastFired == 3, "three events to fire");
            var page = new List<EventRecord>();
            _store.History(0, 3, [], page);
            Assert.Equal([due[1].Id, due[2].Id, due[0].Id], page.Select(record => record.Id));
            await _scheduler.DisposeAsync();
        }
        await RunAsync();
    }

    [Fact]
    public async Task Of_a_series_that_was_missed_one_fires_and_the_next_is_on_its_grid()
    {
        var (_, records) = await _store.InsertAsync([new("tick", User, 1_000_010, "1"u8.ToArray(), Repetition.AtInterval(60, null))], User, null);
        await _scheduler.DisposeAsync();
        _time.AdjustTime(Start + TimeSpan.FromSeconds(10_000));
        await RunAsync();
        await Eventually.BecomesTrueAsync(() => _store.LastFired == 1, "the event to fire");
        await FiresAsync(await InsertAsync(0));
        Assert.Equal(1_010_030, _store.NextDue);
        await _scheduler.DisposeAsync();
        await RunAsync();
        Assert.Equal(1_010_030, _store.NextDue);
        await _store.CancelAsync(records[0].Id, User);
        Assert.Null(_store.NextDue);
    }

    async Task RunAsync()
    {
        var services = gateway.Gateway.Services;
        var tenant = services.GetRequiredService<Tenant>();
        var options = new EventsOptions();
        _store = new EventStore(options, tenant, new DataDirectory(_folder.Path), services.GetRequiredService<GatewayMetrics>(), _time, NullLogger<EventStore>.Instance);
        var broadcaster = new Broadcaster(services.GetRequiredService<TopicHub<EventsModule>>(), _store, options);
        _scheduler = new Scheduler(_store, broadcaster, options, tenant, _time, NullLogger<Scheduler>.Instance);
        await _scheduler.StartAsync(CancellationToken.None);
    }

    async Task<EventRecord> InsertAsync(long timestamp) =>
        (await _store.InsertAsync([new("x", User, timestamp, "1"u8.ToArray())], User, null)).Records[0];

    static Task FiresAsync(EventRecord record) => Eventually.BecomesTrueAsync(() => record.Fired != 0, "the event to fire");

    // Turns the clock by hand until the event fires: how often is the scheduler's to say.
    Task TurnsAsync(EventRecord record) => Eventually.BecomesTrueAsync(
        () =>
        {
            if (record.Fired == 0)
                _time.Advance(TimeSpan.FromSeconds(1));
            return record.Fired != 0;
        },
        "the event to fire");
}
