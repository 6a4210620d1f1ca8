using Gateway.Core.Storage;
using Gateway.Testing;

namespace Gateway.Storage.Tests;

public sealed class FailureTests : IDisposable
{
    static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);

    readonly TemporaryFolder _folder = new();
    readonly TestDisk _disk = new();

    string Log => Path.Combine(_folder.Path, "log");

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Failures => ["full", "fsync", "names"];

    [Theory, MemberData(nameof(Failures))]
    public async Task While_the_disk_fails_writes_are_refused_and_afterwards_all_that_was_appended_is_written(string failure)
    {
        await using (var log = Open(segmentBytes: 400))
        {
            await log.AppendDurablyAsync(Numbers(0, 10));
            Break(failure, true);
            // A segment's end makes a new name.
            var refused = await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendDurablyAsync(Numbers(10, 100)));
            Assert.StartsWith("The log cannot be written: ", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(_folder.Path, refused.Message, StringComparison.Ordinal);
            Assert.True(log.IsFailed);
            Assert.Equal(refused.Message, log.Problem);
            long last = log.LastPosition;
            Assert.Throws<LogUnavailableException>(() => log.Append("while it fails"));
            await Assert.ThrowsAsync<LogUnavailableException>(async () => await log.WhenDurableAsync(last));
            await Assert.ThrowsAsync<LogUnavailableException>(async () => await log.WhenRoomAsync());
            await Assert.ThrowsAsync<LogUnavailableException>(() => log.SnapshotAsync(1, "no"));
            Assert.True(log.WhenDurableAsync(10).AsTask().IsCompletedSuccessfully);
            Assert.Equal(last, log.LastPosition);
            int refusals = _disk.Refusals;
            await Eventually.BecomesTrueAsync(() => _disk.Refusals > refusals, "the log to try again");

            Break(failure, false);
            await Eventually.BecomesTrueAsync(() => !log.IsFailed, "the log to recover");

            Assert.Equal(last, log.SyncedPosition);
            Assert.Equal(0, log.QueuedBytes);
            await log.AppendDurablyAsync("after");
            Assert.Equal(Directory.GetFiles(Log).Sum(file => new FileInfo(file).Length), log.StoredBytes);
        }

        var read = await ReadBack.FromAsync(Log);
        Assert.Equal(Numbers(0, read.Records.Count - 1).Append("after"), read.Texts);
    }

    [Theory, MemberData(nameof(Failures))]
    public async Task A_process_that_ends_while_the_disk_fails_leaves_a_log_that_opens_with_all_that_was_acknowledged(string failure)
    {
        await using (var log = Open(segmentBytes: 400))
        {
            await log.AppendDurablyAsync(Numbers(0, 10));
            Break(failure, true);
            await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendDurablyAsync(Numbers(10, 100)));
        }

        var read = await ReadBack.FromAsync(Log);

        Assert.True(read.Records.Count >= 10);
        Assert.Equal(Numbers(0, read.Records.Count), read.Texts);
    }

    [Fact]
    public async Task What_was_appended_before_a_failure_is_written_by_a_stop_if_the_disk_works_again()
    {
        await using (var log = Open(retry: TimeSpan.FromHours(1)))
        {
            _disk.IsFull = true;
            await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendDurablyAsync("kept"));
            _disk.IsFull = false;
        }

        Assert.Equal(["kept"], (await ReadBack.FromAsync(Log)).Texts);
    }

    [Fact]
    public async Task A_failed_fsync_is_never_followed_by_an_acknowledgement_of_what_it_lost()
    {
        await using (var log = Open())
        {
            await log.AppendDurablyAsync("before");
            _disk.LosesWrites = true;
            await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendDurablyAsync("lost at first"));
            _disk.LosesWrites = false;
            await Eventually.BecomesTrueAsync(() => !log.IsFailed, "the log to recover");
            await log.WhenDurableAsync(2);

            // Not only what the system shows: what would be there without power.
            string copy = Path.Combine(_folder.Path, "copy");
            _disk.CopyAsAfterPowerCut(Log, copy, new Random(1));
            Assert.Equal(["before", "lost at first"], (await ReadBack.FromAsync(copy)).Texts);
        }
    }

    [Fact]
    public async Task With_an_interval_what_was_acknowledged_before_a_failed_fsync_is_written_anew()
    {
        await using var log = Open(interval: TimeSpan.FromMilliseconds(50));
        await log.AppendDurablyAsync("first");
        await Eventually.BecomesTrueAsync(() => log.SyncedPosition == 1, "the first fsync");
        _disk.LosesWrites = true;
        await log.AppendDurablyAsync("second");
        await Eventually.BecomesTrueAsync(() => log.IsFailed, "the next fsync to fail");
        _disk.LosesWrites = false;
        await Eventually.BecomesTrueAsync(() => log.SyncedPosition == 2, "the log to recover");

        string copy = Path.Combine(_folder.Path, "copy");
        _disk.CopyAsAfterPowerCut(Log, copy, new Random(1));
        Assert.Equal(["first", "second"], (await ReadBack.FromAsync(copy)).Texts);
    }

    [Fact]
    public async Task A_snapshot_that_finds_no_room_leaves_the_log_as_it_was()
    {
        await using var log = Open();
        await log.AppendDurablyAsync("a", "b");

        await Assert.ThrowsAnyAsync<IOException>(() => log.SnapshotAsync(2, async content =>
        {
            _disk.IsFull = true;
            await content.WriteAsync(new byte[100_000]);
        }));
        _disk.IsFull = false;

        Assert.Empty(Directory.GetFiles(Log, "*.tmp"));
        Assert.Empty(LogSteps.Snapshots(Log));
        await Eventually.BecomesTrueAsync(() => !log.IsFailed, "the log to work");
        await log.AppendDurablyAsync("c");
    }

    [Fact]
    public async Task More_than_may_be_queued_is_refused_and_who_waits_for_room_gets_it()
    {
        await using (var log = Open(maxQueuedBytes: 10_000))
        {
            _disk.SyncsProceed.Reset();
            int appended = 0;
            var refused = Assert.Throws<LogUnavailableException>((Action)(() =>
            {
                for (; ; appended++)
                    log.Append(new string('x', 100));
            }));
            Assert.Equal(10_000 / 120, appended);
            Assert.Equal("More than 10000 bytes would wait to be written.", refused.Message);
            Assert.False(log.IsFailed);
            var room = log.WhenRoomAsync().AsTask();
            Assert.False(room.IsCompleted);

            _disk.SyncsProceed.Set();
            await room;

            Assert.Equal(appended + 1, log.Append("fits now"));
        }
        Assert.Equal(10_000 / 120 + 1, (await ReadBack.FromAsync(Log)).Records.Count);
    }

    [Fact]
    public async Task Those_who_wait_while_an_fsync_is_under_way_share_the_next_one()
    {
        await using var log = Open();
        _disk.SyncsProceed.Reset();
        var first = log.WhenDurableAsync(log.Append("first")).AsTask();
        await Eventually.BecomesTrueAsync(() => new FileInfo(LogSteps.Segments(Log)[0]).Length > 40, "the first record to be written");
        var others = Enumerable.Range(0, 100).Select(i => log.WhenDurableAsync(log.Append($"{i}")).AsTask()).ToList();
        int before = _disk.Syncs;

        _disk.SyncsProceed.Set();
        await first;
        await Task.WhenAll(others);

        Assert.Equal(before + 2, _disk.Syncs);
    }

    RecordLog Open(long segmentBytes = 1 << 20, int maxQueuedBytes = 1 << 20, TimeSpan interval = default, TimeSpan? retry = null) =>
        ReadBack.Open(Log, out _, new()
        {
            Files = _disk,
            RetryInterval = retry ?? Soon,
            SegmentBytes = segmentBytes,
            MaxQueuedBytes = maxQueuedBytes,
            SyncInterval = interval,
        });

    void Break(string failure, bool broken)
    {
        switch (failure)
        {
            case "full":
                _disk.IsFull = broken;
                break;
            case "fsync":
                _disk.LosesWrites = broken;
                break;
            default:
                _disk.LosesNames = broken;
                break;
        }
    }

    static string[] Numbers(int first, int count) => [.. Enumerable.Range(first, count).Select(i => $"number {i}")];
}
