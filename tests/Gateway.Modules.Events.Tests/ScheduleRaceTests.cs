using System.Collections.Concurrent;
using FsCheck.Xunit;
using Gateway.Modules.Events.Storage;
using Gateway.Testing;

namespace Gateway.Modules.Events.Tests;

/// <summary>Inserts, cancels and other times, all at once, while a clock that is turned by hand lets events fire.</summary>
public sealed class ScheduleRaceTests(EventsGateway gateway) : IClassFixture<EventsGateway>
{
    const int Writers = 4;
    const int StepsOfAWriter = 15;
    const int Seconds = 20;

    [Property(MaxTest = 10)]
    public async Task Every_event_fires_once_and_in_time_unless_it_was_cancelled_before(int seed)
    {
        await using var schedule = new VirtualSchedule(gateway.Gateway.Services);
        await schedule.RunAsync();
        var race = new Race(schedule);
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => race.WriteAsync(new Random(seed + writer), StepsOfAWriter)));
        while (!writing.IsCompleted)
        {
            schedule.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(writing, Task.Delay(1));
        }
        await writing;
        schedule.Time.Advance(TimeSpan.FromSeconds(2 * Seconds));
        await Eventually.BecomesTrueAsync(() => race.Events.All(written => !written.Record.IsPending), "all to fire that were not cancelled");
        await Eventually.BecomesTrueAsync(() => schedule.Broadcaster.Last == schedule.Store.LastFired, "all to be sent that have fired");
        race.Check();

        var before = race.Events.ToDictionary(written => written.Record.Id, written => Meaning(written.Record));
        await schedule.StopAsync();
        await schedule.RunAsync();
        var after = schedule.Store.OfUser(VirtualSchedule.User, ListRange.All)!.Records.ToDictionary(record => record.Id, Meaning);
        Assert.Equal(before.OrderBy(pair => pair.Key), after.OrderBy(pair => pair.Key));
    }

    static (long Timestamp, long Fired, bool Cancelled) Meaning(EventRecord record) => (record.Timestamp, record.Fired, record.Cancelled);

    /// <summary>What the writers did, and what it means for what fires.</summary>
    sealed class Race(VirtualSchedule schedule)
    {
        readonly ConcurrentDictionary<Guid, Written> _events = [];
        readonly ConcurrentBag<EventRecord> _neverToFire = [];

        public ICollection<Written> Events => _events.Values;

        public async Task WriteAsync(Random random, int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                var some = _events.Values.ToArray() is { Length: > 0 } all ? all[random.Next(all.Length)] : null;
                long timestamp = schedule.Time.GetUtcNow().ToUnixTimeSeconds() + random.Next(-3, Seconds);
                switch (random.Next(4))
                {
                    case 0 when some != null:
                        await schedule.Store.CancelAsync(some.Record.Id, VirtualSchedule.User);
                        if (some.Record.Fired == 0)
                            _neverToFire.Add(some.Record);
                        break;
                    case 1 when some != null:
                        await schedule.Store.RescheduleAsync(some.Record.Id, VirtualSchedule.User, timestamp);
                        some.Answered(schedule.Store.LastFired);
                        break;
                    default:
                        var written = new Written(await schedule.InsertAsync(timestamp));
                        written.Answered(schedule.Store.LastFired);
                        _events[written.Record.Id] = written;
                        break;
                }
            }
        }

        public void Check()
        {
            Assert.All(_neverToFire, record => Assert.True(record is { Cancelled: true, Fired: 0 }));
            var fired = Events.Where(written => written.Record.Fired != 0).OrderBy(written => written.Record.Fired).ToList();
            Assert.Equal(Enumerable.Range(1, fired.Count), fired.Select(written => (int)written.Record.Fired));
            Assert.Equal(fired.Count, schedule.Store.LastFired);
            Assert.All(fired, written => Assert.True(written.Record.Finished >= written.Record.Timestamp));
            Assert.All(Events.Except(fired), written => Assert.True(written.Record.Cancelled));
            // What was known when another fired, and was due before that, must have fired before it.
            foreach (var late in fired)
            {
                var overtaken = fired.Take((int)late.Record.Fired - 1)
                    .FirstOrDefault(early => late.KnownAt < early.Record.Fired && EventOrder.Instance.Compare(late.Record, early.Record) < 0);
                Assert.True(overtaken == null, $"{late.Record.Timestamp} fired behind {overtaken?.Record.Timestamp}.");
            }
        }
    }

    /// <summary>An event, and how much had fired when the last change of its time was answered.</summary>
    sealed class Written(EventRecord record)
    {
        readonly Lock _gate = new();
        long _knownAt;

        public EventRecord Record => record;

        public long KnownAt => Interlocked.Read(ref _knownAt);

        public void Answered(long lastFired)
        {
            lock (_gate)
                _knownAt = Math.Max(_knownAt, lastFired);
        }
    }
}
