using Gateway.Core.Storage;
using Gateway.Testing;

namespace Gateway.Storage.Tests;

public sealed class RecoveryTests : IDisposable
{
    const int HeadBytes = 24;
    const int FrameBytes = 20;

    static readonly string[] Three = ["one", "two two", "three three three"];

    readonly TemporaryFolder _folder = new();

    string Log => Path.Combine(_folder.Path, "log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_tail_cut_anywhere_leaves_the_records_that_are_whole()
    {
        byte[] whole = await WriteAsync(Three);

        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(OnlySegment, whole[..length]);
            await AssertHoldsAndGoesOnAsync(Three.Take(WholeRecords(length)));
        }
    }

    [Fact]
    public async Task Anything_behind_the_last_record_is_cut()
    {
        byte[] whole = await WriteAsync(Three);
        var random = new Random(1);

        foreach (int count in new[] { 1, 7, FrameBytes - 1, FrameBytes, FrameBytes + 1, 5000, 3 << 20 })
        {
            foreach (var fill in new Action<byte[]>[] { _ => { }, tail => Array.Fill(tail, (byte)0xff), random.NextBytes })
            {
                var tail = new byte[count];
                fill(tail);
                File.WriteAllBytes(OnlySegment, [.. whole, .. tail]);
                await AssertHoldsAndGoesOnAsync(Three);
            }
        }
    }

    [Fact]
    public async Task Records_that_have_been_there_already_are_no_later_ones_and_are_cut_at_the_tail()
    {
        byte[] whole = await WriteAsync(Three);

        File.WriteAllBytes(OnlySegment, [.. whole, .. whole[HeadBytes..]]);

        await AssertHoldsAndGoesOnAsync(Three);
    }

    [Fact]
    public async Task Records_of_another_log_are_no_records_here()
    {
        byte[] whole = await WriteAsync(Three);
        string other = Path.Combine(_folder.Path, "other");
        await using (var log = ReadBack.Open(other, out _))
            await log.AppendDurablyAsync("1", "2", "3", "4", "5");
        byte[] foreign = File.ReadAllBytes(Assert.Single(LogSteps.Segments(other)));

        File.WriteAllBytes(OnlySegment, [.. whole, 1, .. foreign]);

        await AssertHoldsAndGoesOnAsync(Three);
    }

    [Fact]
    public async Task Each_flipped_bit_costs_at_most_the_last_record_or_is_reported_with_file_and_offset_and_nothing_is_changed()
    {
        byte[] whole = await WriteAsync(Three);
        int lastRecord = whole.Length - FrameBytes - Three[^1].Length;

        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << bit % 8);
            File.WriteAllBytes(OnlySegment, flipped);
            if (bit / 8 >= lastRecord)
            {
                await AssertHoldsAndGoesOnAsync(Three[..^1]);
                continue;
            }

            var damage = Assert.Throws<LogDamagedException>(() => ReadBack.Open(Log, out _));

            Assert.Equal((OnlySegment, RecordThatHolds(bit / 8)), (damage.File, damage.Offset));
            Assert.Contains(damage.File, damage.Message, StringComparison.Ordinal);
            Assert.Equal(flipped, File.ReadAllBytes(OnlySegment));
        }
    }

    [Fact]
    public async Task A_record_taken_out_of_the_middle_is_missed()
    {
        byte[] whole = await WriteAsync(Three);
        int second = HeadBytes + FrameBytes + Three[0].Length;

        File.WriteAllBytes(OnlySegment, [.. whole[..second], .. whole[(second + FrameBytes + Three[1].Length)..]]);

        Assert.Equal(second, Assert.Throws<LogDamagedException>(() => ReadBack.Open(Log, out _)).Offset);
    }

    [Fact]
    public async Task A_whole_record_far_behind_a_damaged_one_is_found()
    {
        string[] records = ["small", new string('x', 3 << 20), "last"];
        byte[] whole = await WriteAsync(records);
        int second = HeadBytes + FrameBytes + records[0].Length;

        foreach (int at in new[] { second, second + FrameBytes + 1, second + (2 << 20) })
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 1;
            File.WriteAllBytes(OnlySegment, damaged);

            Assert.Equal(second, Assert.Throws<LogDamagedException>(() => ReadBack.Open(Log, out _)).Offset);
        }
    }

    [Fact]
    public async Task A_damaged_segment_that_others_follow_is_reported_even_at_its_end()
    {
        await WriteSegmentsAsync(count: 3);
        string first = LogSteps.Segments(Log)[0];
        byte[] whole = File.ReadAllBytes(first);

        foreach (byte[] damaged in new[] { whole[..^1], whole[..HeadBytes], whole[..3], [.. whole[..^1], (byte)(whole[^1] ^ 1)] })
        {
            File.WriteAllBytes(first, damaged);
            var before = LogSteps.Contents(Log);

            Assert.Equal(first, Assert.Throws<LogDamagedException>(() => ReadBack.Open(Log, out _)).File);
            Assert.Equal(before, LogSteps.Contents(Log));
        }
    }

    [Fact]
    public async Task A_missing_segment_is_reported()
    {
        await WriteSegmentsAsync(count: 3);

        foreach (int missing in new[] { 0, 1 })
        {
            string file = LogSteps.Segments(Log)[missing];
            byte[] content = File.ReadAllBytes(file);
            File.Delete(file);

            Assert.Throws<LogDamagedException>(() => ReadBack.Open(Log, out _));
            File.WriteAllBytes(file, content);
        }
    }

    [Fact]
    public async Task A_segment_that_had_no_time_to_get_a_head_is_begun_anew()
    {
        await WriteSegmentsAsync(count: 3);
        string last = LogSteps.Segments(Log)[^1];

        foreach (byte[] content in new byte[][] { [], new byte[5], new byte[500] })
        {
            File.WriteAllBytes(last, content);
            await AssertHoldsAndGoesOnAsync(["0", "1"]);
        }
    }

    [Fact]
    public async Task What_a_segment_holds_beyond_the_beginning_of_the_next_one_is_ignored()
    {
        await WriteSegmentsAsync(count: 2);

        foreach (byte[] rest in new byte[][] { [1, 2, 3], [.. File.ReadAllBytes(LogSteps.Segments(Log)[1])[HeadBytes..]] })
        {
            File.AppendAllBytes(LogSteps.Segments(Log)[0], rest);
            Assert.Equal(["0", "1"], (await ReadBack.FromAsync(Log)).Texts);
        }
    }

    [Fact]
    public async Task A_torn_tail_below_the_snapshot_costs_nothing()
    {
        await using (var log = ReadBack.Open(Log, out _))
        {
            await log.AppendDurablyAsync("a", "b");
            await log.SnapshotAsync(2, "a+b");
        }
        // As if the process had ended before the segments that the snapshot covers were deleted.
        File.Delete(OnlySegment);
        string other = Path.Combine(_folder.Path, "other");
        await using (var log = ReadBack.Open(other, out _))
            await log.AppendDurablyAsync("a", "b");
        File.WriteAllBytes(Path.Combine(Log, "00000000000000000001.log"), File.ReadAllBytes(LogSteps.Segments(other)[0])[..^1]);

        await using (var log = ReadBack.Open(Log, out var read))
        {
            Assert.Equal("a+b"u8.ToArray(), read.Snapshot);
            Assert.Equal(3, log.Append("c"));
        }

        Assert.Equal(["c"], (await ReadBack.FromAsync(Log)).Texts);
        Assert.EndsWith("3.log", Assert.Single(LogSteps.Segments(Log)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_were_not_finished_are_ignored_and_removed()
    {
        await WriteAsync(Three);
        File.WriteAllText(Path.Combine(Log, "00000000000000000003.snapshot.tmp"), "half");
        File.WriteAllText(Path.Combine(Log, "00000000000000000004.log.tmp"), "half");
        File.WriteAllText(Path.Combine(Log, "notes.tmp"), "an operator's own");

        Assert.Equal(Three, (await ReadBack.FromAsync(Log)).Texts);
        Assert.Equal(["notes.tmp"], Directory.GetFiles(Log, "*.tmp").Select(Path.GetFileName));
    }

    [Fact]
    public async Task Each_flipped_bit_of_a_snapshot_is_reported_with_its_file_and_nothing_is_changed()
    {
        await WriteSnapshotAsync("some content");
        string file = Assert.Single(LogSteps.Snapshots(Log));
        byte[] whole = File.ReadAllBytes(file);

        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << bit % 8);
            File.WriteAllBytes(file, flipped);
            var before = LogSteps.Contents(Log);

            Assert.Equal(file, Assert.Throws<LogDamagedException>(() => ReadBack.Open(Log, out _)).File);
            Assert.Equal(before, LogSteps.Contents(Log));
        }
    }

    [Fact]
    public async Task A_snapshot_cut_anywhere_is_reported()
    {
        await WriteSnapshotAsync(new string('x', 70_000));
        string file = Assert.Single(LogSteps.Snapshots(Log));
        byte[] whole = File.ReadAllBytes(file);

        foreach (int length in Enumerable.Range(0, 40).Concat([65_000, whole.Length - 5, whole.Length - 1]))
        {
            File.WriteAllBytes(file, whole[..length]);
            Assert.Equal(file, Assert.Throws<LogDamagedException>(() => ReadBack.Open(Log, out _)).File);
        }
    }

    [Fact]
    public async Task A_part_of_a_snapshot_that_is_damaged_is_not_given_away()
    {
        await WriteSnapshotAsync(new string('x', 70_000));
        string file = Assert.Single(LogSteps.Snapshots(Log));
        byte[] damaged = File.ReadAllBytes(file);
        damaged[^10] ^= 1;
        File.WriteAllBytes(file, damaged);
        int given = 0;

        var damage = Assert.Throws<LogDamagedException>(() => RecordLog.Open(
            Log, content => given = content.ReadAtLeast(new byte[70_000], 70_000), (_, _) => { }, new()));

        Assert.Equal(28 + (64 << 10) + 4, damage.Offset);
        Assert.Equal(0, given);
    }

    [Fact]
    public async Task What_follows_a_snapshots_content_is_ignored()
    {
        await WriteSnapshotAsync("content");
        File.AppendAllText(Assert.Single(LogSteps.Snapshots(Log)), "rest");

        Assert.Equal("content"u8.ToArray(), (await ReadBack.FromAsync(Log)).Snapshot);
    }

    [Fact]
    public async Task A_snapshot_without_the_segment_that_follows_is_reported()
    {
        await WriteSnapshotAsync("content");
        File.Delete(OnlySegment);

        Assert.Throws<LogDamagedException>(() => ReadBack.Open(Log, out _));
    }

    [Fact]
    public async Task Segments_whose_snapshot_is_missing_are_reported()
    {
        await WriteSnapshotAsync("content");
        File.Delete(Assert.Single(LogSteps.Snapshots(Log)));

        Assert.Throws<LogDamagedException>(() => ReadBack.Open(Log, out _));
    }

    [Fact]
    public async Task A_fault_of_the_reader_leaves_the_log_closed_and_unchanged()
    {
        await WriteAsync(Three);
        File.AppendAllText(OnlySegment, "torn");
        var before = LogSteps.Contents(Log);

        Assert.Throws<FormatException>(() => RecordLog.Open(Log, _ => { }, (_, _) => throw new FormatException(), new()));

        Assert.Equal(before, LogSteps.Contents(Log));
        Assert.Equal(Three, (await ReadBack.FromAsync(Log)).Texts);
    }

    string OnlySegment => Assert.Single(LogSteps.Segments(Log));

    async Task<byte[]> WriteAsync(string[] records)
    {
        await using (var log = ReadBack.Open(Log, out _))
            await log.AppendDurablyAsync(records);
        return File.ReadAllBytes(OnlySegment);
    }

    // One record in each.
    async Task WriteSegmentsAsync(int count)
    {
        await using var log = ReadBack.Open(Log, out _, new() { SegmentBytes = 1 });
        for (int i = 0; i < count; i++)
            await log.AppendDurablyAsync($"{i}");
    }

    async Task WriteSnapshotAsync(string content)
    {
        await using var log = ReadBack.Open(Log, out _);
        await log.AppendDurablyAsync("a");
        await log.SnapshotAsync(1, content);
    }

    // Opens, appends, and opens again: what was cut must not stand in the way of what comes after.
    async Task AssertHoldsAndGoesOnAsync(IEnumerable<string> records)
    {
        string copy = Path.Combine(_folder.Path, "copy");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(Log))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        await using (var log = ReadBack.Open(copy, out var read))
        {
            Assert.Equal(records, read.Texts);
            await log.AppendDurablyAsync("next");
        }
        Assert.Equal(records.Append("next"), (await ReadBack.FromAsync(copy)).Texts);
        Directory.Delete(copy, recursive: true);
    }

    static int WholeRecords(int length)
    {
        int end = HeadBytes;
        return Three.TakeWhile(record => (end += FrameBytes + record.Length) <= length).Count();
    }

    static long RecordThatHolds(int offset)
    {
        if (offset < HeadBytes)
            return 0;
        long begin = HeadBytes;
        foreach (string record in Three)
        {
            if (offset < begin + FrameBytes + record.Length)
                return begin;
            begin += FrameBytes + record.Length;
        }
        throw new ArgumentOutOfRangeException(nameof(offset));
    }
}
