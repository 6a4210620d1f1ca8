using Gateway.Modules.Events.Storage;
using Gateway.Testing;

namespace Gateway.Modules.Events.Tests;

public sealed class RetentionTests
{
    static readonly Guid Collection = Guid.NewGuid();

    [Fact]
    public void Bytes_are_those_of_what_has_finished_and_is_not_the_latest()
    {
        var state = new EventState(new() { RetentionBytes = 25 });
        var records = Fired(state, 5);
        var excess = state.Retention.FindExcess(Collection, 0);
        Assert.Equal(records[..2], excess);
        excess.ForEach(state.Remove);
        Assert.Empty(state.Retention.FindExcess(Collection, 0));
    }

    [Fact]
    public void Age_counts_from_when_an_event_fired_or_was_cancelled_and_not_from_its_time()
    {
        var state = new EventState(new() { RetentionAge = TimeSpan.FromSeconds(100) });
        var far = New(100, long.MaxValue);
        state.Insert(far);
        state.Cancel(far, now: 50);
        var records = Fired(state, 3, at: 60);
        Assert.Empty(state.Retention.FindExcess(150));
        Assert.Equal([far], state.Retention.FindExcess(151));
        Assert.Equal([far, records[0], records[1]], state.Retention.FindExcess(161));
    }

    [Fact]
    public async Task What_is_no_longer_kept_is_a_gap_for_who_resumes_before_it_and_stays_so_over_a_restart()
    {
        using var folder = new TemporaryFolder();
        var user = new TestUser(Guid.Empty, "", Collection, "");
        string early = "", late = "";
        for (int start = 0; start < 2; start++)
        {
            await using var gateway = await GatewayFixture.StartAsync($$"""
                { "Urls": "http://127.0.0.1:0", "DataDirectory": "{{folder.Path}}", "Modules": { "Events": { "Auth": "none", "RetentionCount": 10 } } }
                """);
            using var client = new EventsClient(gateway.Address("Events"));
            if (start == 0)
            {
                using var stream = await client.StreamAsync();
                for (int i = 0; i < 30; i++)
                {
                    await client.InsertAsync(user, "n", i, i);
                    string id = (await stream.ReadAsync())!.Id;
                    (early, late) = (i == 5 ? id : early, i == 25 ? id : late);
                }
            }
            Assert.Equal(11, (await client.CollectionAsync(user, Collection)).Length);
            using var behind = await client.StreamAsync(lastEventId: early);
            Assert.Equal(["""{"status":"gap"}""", "29"], (await behind.ReadAsync(2)).Select(item => item.Data));
            using var resumed = await client.StreamAsync(lastEventId: late);
            Assert.Equal(["26", "27", "28", "29"], (await resumed.ReadAsync(4)).Select(item => item.Data));
            using var earliest = await client.StreamAsync("?sync=earliest");
            Assert.Equal(Enumerable.Range(19, 11).Select(i => $"{i}"), (await earliest.ReadAsync(11)).Select(item => item.Data));
        }
    }

    static EventRecord[] Fired(EventState state, int count, long at = 0)
    {
        EventRecord[] records = [.. Enumerable.Range(1, count).Select(number => New(number, number))];
        foreach (var record in records)
        {
            state.Insert(record);
            state.Fire(new(record, null), at);
        }
        return records;
    }

    static EventRecord New(long number, long timestamp) => new()
    {
        Number = number,
        Id = Guid.NewGuid(),
        UserId = Guid.Empty,
        CollectionId = Collection,
        Name = "n",
        Timestamp = timestamp,
        Data = new byte[10],
    };
}
