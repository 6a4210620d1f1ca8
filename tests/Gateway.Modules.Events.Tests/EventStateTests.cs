using FsCheck.Xunit;
using Gateway.Modules.Events.Storage;
using Gateway.Modules.Events.Streaming;

namespace Gateway.Modules.Events.Tests;

public sealed class EventStateTests
{
    static readonly Guid[] Owners = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];

    [Property(MaxTest = 300)]
    public void What_the_log_and_a_snapshot_say_is_what_was(int seed)
    {
        var random = new Random(seed);
        EventState live = new(new()), fromLog = new(new()), fromSnapshot = new(new());
        int snapshotAt = random.Next(120);
        for (int step = 0; step < 120; step++)
        {
            if (step == snapshotAt)
            {
                using var stream = new MemoryStream();
                new EventSnapshot(live).Write(stream);
                stream.Position = 0;
                EventSnapshot.Read(stream, fromSnapshot);
            }
            if (Step(live, random) is not { } record)
                continue;
            EventLogRecord.Apply(record, live);
            EventLogRecord.Apply(record, fromLog);
            if (step >= snapshotAt)
                EventLogRecord.Apply(record, fromSnapshot);
        }
        Assert.Equal(Dump(live), Dump(fromLog));
        Assert.Equal(Dump(live), Dump(fromSnapshot));
    }

    [Property(MaxTest = 300)]
    public void What_is_due_comes_in_the_order_of_time_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        var state = new EventState(new());
        for (int step = 0; step < 200; step++)
        {
            if (Step(state, random) is { } record)
                EventLogRecord.Apply(record, state);
        }
        var expected = state.All.Where(record => record.IsPending && record.Timestamp <= 50).Order(EventOrder.Instance).ToList();
        Assert.Equal(expected, state.Due.Take(50, int.MaxValue));
        Assert.True(state.Due.Next is null or > 50);
    }

    [Fact]
    public void An_event_that_was_put_off_and_back_is_due_once()
    {
        var state = new EventState(new());
        var record = New(1, "a", 10);
        state.Insert(record);
        state.Reschedule(record, 20);
        state.Reschedule(record, 10);
        Assert.Equal([record], state.Due.Take(100, 10));
        Assert.Null(state.Due.Next);
    }

    [Fact]
    public void Beyond_the_limits_the_oldest_go_but_the_latest_of_a_name()
    {
        var state = new EventState(new() { RetentionCount = 2 });
        EventRecord[] records = [New(1, "a", 10), New(2, "b", 20), New(3, "b", 30), New(4, "b", 40), New(5, "b", 50), New(6, "b", long.MaxValue)];
        foreach (var record in records)
            state.Insert(record);
        foreach (var record in records[..5])
            state.Fire(new(record, null), record.Timestamp);
        var excess = state.Retention.FindExcess(Owners[0], 100);
        Assert.Equal([records[1]], excess);
        excess.ForEach(state.Remove);
        Assert.Empty(state.Retention.FindExcess(100));
        Assert.Equal([records[0], records[4]], state.Latest(StreamFilter.All));
        Assert.True(state.History.LacksAfter(1, []));
        Assert.False(state.History.LacksAfter(2, []));
        Assert.False(state.History.LacksAfter(0, [Owners[1]]));
        var page = new List<EventRecord>();
        Assert.Equal(5, state.History.Page(0, long.MaxValue, page));
        Assert.Equal([records[0], records[2], records[3], records[4]], page);
    }

    // What may happen next, as the log has it.
    static byte[]? Step(EventState state, Random random)
    {
        var some = state.All.ToArray() is { Length: > 0 } all ? all[random.Next(all.Length)] : null;
        switch (random.Next(6))
        {
            case 0 when some is { Cancelled: false }:
                return EventLogRecord.OfCancel(some, random.Next(100));
            case 1 when some is { IsPending: true }:
                return EventLogRecord.OfReschedule(some, random.Next(100));
            case 2 when state.Due.Take(random.Next(100), 3) is { Count: > 0 } due:
                return EventLogRecord.OfFire(due.ConvertAll(record => new Firing(record, Next(record))), random.Next(100));
            case 3 when some is { IsPending: false } && !state.Latest(new([], [some.CollectionId], null, [])).Contains(some):
                return EventLogRecord.OfRemove([some]);
            case 4 or 5:
                var key = random.Next(2) == 0 ? (InsertKey?)null : new((UInt128)random.NextInt64() << 64 | (ulong)random.NextInt64(), 7);
                var repetition = random.Next(3) == 0 ? Repetition.AtInterval(random.Next(1, 50), random.Next(2) == 0 ? null : 90) : null;
                return EventLogRecord.OfInsert([New(state.LastNumber + 1, $"n{random.Next(4)}", random.Next(100), Owners[random.Next(3)], key, repetition)]);
            default:
                return null;
        }
    }

    static Occurrence? Next(EventRecord record) =>
        record.Series?.Repetition.Next(record.Timestamp, record.Timestamp) is { } next ? new(Guid.NewGuid(), next) : null;

    static EventRecord New(long number, string name, long timestamp, Guid? owner = null, InsertKey? key = null, Repetition? repetition = null) => new()
    {
        Number = number,
        Id = Guid.NewGuid(),
        Series = repetition == null ? null : new(Guid.NewGuid(), repetition),
        UserId = owner ?? Owners[0],
        CollectionId = owner ?? Owners[0],
        Name = name,
        Timestamp = timestamp,
        Data = [(byte)'1'],
        Key = key,
    };

    static string Dump(EventState state)
    {
        var history = new List<EventRecord>();
        state.History.Page(0, long.MaxValue, history);
        string[] lines =
        [
            $"{state.LastNumber} {state.History.Last}",
            .. state.All.OrderBy(record => record.Number).Select(Line),
            "history", .. history.Select(Line),
            "latest", .. state.Latest(StreamFilter.All).OrderBy(record => record.Name, StringComparer.Ordinal).Select(Line),
            .. Owners.SelectMany(owner => (string[])[$"{owner}", .. state.Collections.Page(owner, null, ListRange.All).Records.Select(Line), .. state.Users.Page(owner, null, ListRange.All).Records.Select(Line),
                $"{state.History.LacksAfter(state.History.Last / 2, [owner])}",
                .. state.Latest(new([], [owner], null, [])).OrderBy(record => record.Name, StringComparer.Ordinal).Select(Line)]),
            $"next {state.Due.Next}",
        ];
        return string.Join('\n', lines);
    }

    static string Line(EventRecord record) =>
        $"{record.Number} {record.Id} {record.CollectionId} {record.Name} {record.Timestamp} {record.Fired} {record.Finished} {record.Cancelled} {record.Key} {record.Series?.Id} {record.Series?.Repetition} {record.Series?.Pending?.Id} {record.Series?.Kept}";
}
