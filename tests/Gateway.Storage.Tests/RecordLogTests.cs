using Gateway.Core.Storage;
using Gateway.Testing;

namespace Gateway.Storage.Tests;

public sealed class RecordLogTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Log => Path.Combine(_folder.Path, "log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_log_is_empty_and_its_first_record_has_position_1()
    {
        await using var log = ReadBack.Open(Log, out var read);

        Assert.Empty(read.Records);
        Assert.Null(read.Snapshot);
        Assert.Equal((0, 0, 0), (log.LastPosition, log.SyncedPosition, log.SnapshotPosition));
        Assert.Equal(1, log.Append("one"));
    }

    [Fact]
    public async Task Records_come_back_in_order_with_their_positions_after_a_clean_stop_though_nobody_waited_for_them()
    {
        await using (var log = ReadBack.Open(Log, out _))
        {
            for (int i = 1; i <= 1000; i++)
                log.Append($"record {i}");
        }

        var read = await ReadBack.FromAsync(Log);

        Assert.Equal(Enumerable.Range(1, 1000).Select(i => $"record {i}"), read.Texts);
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (long)i), read.Records.Select(record => record.Position));
    }

    [Fact]
    public async Task Appending_goes_on_where_the_last_process_stopped()
    {
        await using (var log = ReadBack.Open(Log, out _))
            await log.AppendDurablyAsync("a", "b");
        await using (var log = ReadBack.Open(Log, out _))
            Assert.Equal(3, log.Append("c"));

        Assert.Equal(["a", "b", "c"], (await ReadBack.FromAsync(Log)).Texts);
    }

    [Fact]
    public async Task Records_of_any_size_come_back()
    {
        byte[][] records = [[], [0], new byte[100], [.. Enumerable.Repeat((byte)7, 64 << 10)], [.. Enumerable.Range(0, 3 << 20).Select(i => (byte)(i * 31))], [1]];
        await using (var log = ReadBack.Open(Log, out _))
        {
            foreach (var record in records)
                log.Append(record);
        }

        Assert.Equal(records, (await ReadBack.FromAsync(Log)).Records.Select(record => record.Record));
    }

    [Fact]
    public async Task A_durable_wait_ends_with_everything_up_to_it_synced()
    {
        await using var log = ReadBack.Open(Log, out _);
        log.Append("before");
        long position = log.Append("this");

        await log.WhenDurableAsync(position);

        Assert.True(log.SyncedPosition >= position);
        Assert.Equal(0, log.QueuedBytes);
        Assert.True(log.WhenDurableAsync(1).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Waiting_for_a_record_that_was_not_appended_is_an_error()
    {
        await using var log = ReadBack.Open(Log, out _);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await log.WhenDurableAsync(1));
    }

    [Fact]
    public async Task What_nobody_waits_for_is_synced_nevertheless()
    {
        await using var log = ReadBack.Open(Log, out _);

        log.Append("alone");

        await Eventually.BecomesTrueAsync(() => log.SyncedPosition == 1, "the record to be synced");
    }

    [Fact]
    public async Task With_an_interval_a_durable_wait_ends_before_the_fsync()
    {
        await using var log = ReadBack.Open(Log, out _, new() { SyncInterval = TimeSpan.FromHours(1) });

        await log.AppendDurablyAsync("written");

        Assert.Equal(0, log.SyncedPosition);
        using var file = File.Open(Assert.Single(LogSteps.Segments(Log)), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Assert.True(file.Length > "written".Length);
    }

    [Fact]
    public async Task With_an_interval_the_fsync_follows()
    {
        await using var log = ReadBack.Open(Log, out _, new() { SyncInterval = TimeSpan.FromMilliseconds(20) });

        await log.AppendDurablyAsync("written");

        await Eventually.BecomesTrueAsync(() => log.SyncedPosition == 1, "the record to be synced");
    }

    [Fact]
    public async Task Segments_are_bounded_and_their_names_tell_where_they_begin()
    {
        await using (var log = ReadBack.Open(Log, out _, new() { SegmentBytes = 1000 }))
        {
            for (int i = 0; i < 50; i++)
                await log.AppendDurablyAsync(new string('x', 80));
            Assert.All(LogSteps.Segments(Log), file => Assert.True(new FileInfo(file).Length < 1100));
            Assert.Equal(LogSteps.Segments(Log).Sum(file => new FileInfo(file).Length), log.StoredBytes);
        }

        Assert.Equal("00000000000000000011.log", Path.GetFileName(LogSteps.Segments(Log)[1]));
        Assert.Equal(50, (await ReadBack.FromAsync(Log)).Records.Count);
    }

    [Fact]
    public async Task A_snapshot_replaces_the_records_that_it_covers()
    {
        await using (var log = ReadBack.Open(Log, out _))
        {
            await log.AppendDurablyAsync("a", "b");
            await log.SnapshotAsync(2, "a+b");
            await log.AppendDurablyAsync("c");
            Assert.Equal(2, log.SnapshotPosition);
            Assert.Equal(Directory.GetFiles(Log).Sum(file => new FileInfo(file).Length), log.StoredBytes);
        }

        var read = await ReadBack.FromAsync(Log);

        Assert.Equal("a+b"u8.ToArray(), read.Snapshot);
        Assert.Equal([(3, "c")], read.Records.Zip(read.Texts, (record, text) => ((int)record.Position, text)));
        Assert.Equal("00000000000000000003.log", Path.GetFileName(Assert.Single(LogSteps.Segments(Log))));
    }

    [Fact]
    public async Task A_snapshot_of_an_earlier_position_keeps_the_records_after_it()
    {
        await using (var log = ReadBack.Open(Log, out _))
        {
            await log.AppendDurablyAsync("a", "b", "c");
            await log.SnapshotAsync(2, "a+b");
        }

        var read = await ReadBack.FromAsync(Log);

        Assert.Equal(["c"], read.Texts);
    }

    [Fact]
    public async Task Only_the_newest_snapshot_stays()
    {
        await using var log = ReadBack.Open(Log, out _);
        await log.AppendDurablyAsync("a");
        await log.SnapshotAsync(1, "a");
        await log.AppendDurablyAsync("b");

        await log.SnapshotAsync(2, "a+b");

        Assert.Equal("00000000000000000002.snapshot", Path.GetFileName(Assert.Single(LogSteps.Snapshots(Log))));
    }

    [Fact]
    public async Task Appends_go_on_while_a_snapshot_is_written()
    {
        await using var log = ReadBack.Open(Log, out _);
        await log.AppendDurablyAsync("a");
        var proceed = new TaskCompletionSource();
        var snapshot = log.SnapshotAsync(1, async content =>
        {
            await content.WriteAsync("a"u8.ToArray());
            await proceed.Task;
        });

        await log.AppendDurablyAsync("b", "c");
        Assert.False(snapshot.IsCompleted);
        proceed.SetResult();
        await snapshot;

        Assert.Equal(1, log.SnapshotPosition);
    }

    [Fact]
    public async Task A_snapshot_that_fails_leaves_everything_as_it_was()
    {
        await using (var log = ReadBack.Open(Log, out _))
        {
            await log.AppendDurablyAsync("a", "b");
            await Assert.ThrowsAsync<FormatException>(() => log.SnapshotAsync(1, _ => throw new FormatException()));
        }

        Assert.Empty(Directory.GetFiles(Log, "*.tmp"));
        Assert.Equal(["a", "b"], (await ReadBack.FromAsync(Log)).Texts);
    }

    [Fact]
    public async Task A_snapshot_may_be_empty_or_as_large_as_its_blocks_or_larger()
    {
        foreach (int size in new[] { 0, 1, (64 << 10) - 1, 64 << 10, (64 << 10) + 1, 1 << 20 })
        {
            byte[] content = [.. Enumerable.Range(0, size).Select(i => (byte)(i * 7))];
            string folder = Path.Combine(_folder.Path, $"{size}");
            await using (var log = ReadBack.Open(folder, out _))
            {
                log.Append("x");
                await log.SnapshotAsync(1, stream => stream.WriteAsync(content).AsTask());
            }

            Assert.Equal(content, (await ReadBack.FromAsync(folder)).Snapshot);
        }
    }

    [Fact]
    public async Task A_log_that_is_open_is_refused_to_a_second()
    {
        await using var log = ReadBack.Open(Log, out _);

        var refusal = Assert.Throws<LogInUseException>(() => ReadBack.Open(Log, out _));

        Assert.Equal($"{Log}: in use by another process; only one may have it open", refusal.Message);
    }

    [Fact]
    public async Task A_closed_log_takes_no_record()
    {
        var log = ReadBack.Open(Log, out _);
        await log.DisposeAsync();
        await log.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => log.Append("late"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => log.SnapshotAsync(0, ""));
    }

    [Fact]
    public async Task A_record_that_could_never_be_queued_is_refused_for_its_size()
    {
        await using var log = ReadBack.Open(Log, out _, new() { MaxQueuedBytes = 1000 });

        var refusal = Assert.Throws<ArgumentException>(() => log.Append(new byte[981]));

        Assert.StartsWith("A record may have 980 bytes; this one has 981.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, log.Append(new byte[980]));
    }

    [Fact]
    public async Task Many_writers_get_positions_without_a_gap_and_records_in_the_order_of_their_positions()
    {
        await using (var log = ReadBack.Open(Log, out _, new() { SegmentBytes = 20_000 }))
        {
            await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
            {
                for (int i = 0; i < 100; i++)
                {
                    string record = $"{writer}/{i}";
                    long position = log.Append(record);
                    await log.WhenDurableAsync(position);
                    Assert.True(log.SyncedPosition >= position);
                }
            })));
        }

        var read = await ReadBack.FromAsync(Log);
        Assert.Equal(Enumerable.Range(1, 1600).Select(i => (long)i), read.Records.Select(record => record.Position));
        for (int writer = 0; writer < 16; writer++)
            Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{writer}/{i}"), read.Texts.Where(text => text.StartsWith($"{writer}/", StringComparison.Ordinal)));
    }
}
