using System.Globalization;
using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Modules.JsonStore.Tests;

public class CrashTests
{
    static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("GATEWAY_TEST_KILLS") ?? "6", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Every_acknowledged_durable_write_is_there_after_a_kill_and_nothing_is_half_applied()
    {
        await using var store = new StoreProcess();
        var random = new Random();
        Writer[] writers = [.. Enumerable.Range(0, 6).Select(number => new Writer(number))];
        for (int kill = 0; kill < Kills; kill++)
        {
            await store.StartAsync();
            foreach (var writer in writers)
                await writer.CheckAsync(store);
            var writing = writers.Select(writer => writer.WriteUntilTheEndAsync(store.Address)).ToArray();
            int enough = random.Next(1, 200);
            await Eventually.BecomesTrueAsync(() => writers.Sum(writer => writer.AcknowledgedSinceStart) >= enough, "the writers to get on", TimeSpan.FromMinutes(2));
            await store.KillAsync();
            await Task.WhenAll(writing);
        }
        await store.StartAsync();
        foreach (var writer in writers)
            await writer.CheckAsync(store);
    }

    [Fact]
    public async Task A_clean_stop_keeps_what_nobody_waited_for()
    {
        await using var store = new StoreProcess();
        await store.StartAsync();
        for (int i = 0; i < 20; i++)
            Assert.Equal(202, (await store.RequestAsync("PUT", $"/a/{i:00}", $"{i}")).Status);
        string before = (await store.RequestAsync("GET", "/")).Text;
        string tag = (await store.RequestAsync("GET", "/")).Header("ETag")!;

        await store.StopAsync();
        await store.StartAsync();

        var reply = await store.RequestAsync("GET", "/");
        Assert.Equal((before, tag), (reply.Text, reply.Header("ETag")));
        Assert.Equal(412, (await store.RequestAsync("PUT", "/", "1", ("If-Match", "\"7\""))).Status);
    }

    [Fact]
    public async Task A_durable_write_outlives_a_kill_where_the_disk_is_synced_at_an_interval()
    {
        await using var store = new StoreProcess();
        await store.StartAsync("\"Durability\": \"Interval\"", "\"SyncInterval\": \"00:10:00\"");
        Assert.Equal(202, (await store.RequestAsync("PUT", "/a?durable", "1")).Status);

        await store.KillAsync();
        await store.StartAsync();

        Assert.Equal("1", (await store.RequestAsync("GET", "/a")).Text);
    }

    [Theory]
    [InlineData(new byte[0], 5)]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 0)]
    [InlineData(new byte[] { 1, 2, 3 }, 0)]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 }, 3)]
    public async Task A_torn_tail_is_cut_and_the_rest_is_there(byte[] garbage, int cut)
    {
        await using var store = new StoreProcess();
        await store.StartAsync();
        await store.RequestAsync("PUT", "/kept?durable", "1");
        if (cut > 0)
            await store.RequestAsync("PUT", "/torn?durable", "1");
        await store.KillAsync();
        string segment = Segment(store);
        byte[] bytes = await File.ReadAllBytesAsync(segment);
        await File.WriteAllBytesAsync(segment, [.. bytes[..^cut], .. garbage]);

        await store.StartAsync();

        Assert.Equal("""{"kept":1}""", (await store.RequestAsync("GET", "/")).Text);
        Assert.Equal(202, (await store.RequestAsync("PUT", "/more?durable", "2")).Status);
        await store.KillAsync();
        await store.StartAsync();
        Assert.Equal("""{"kept":1,"more":2}""", (await store.RequestAsync("GET", "/")).Text);
    }

    [Fact]
    public async Task Entity_tags_outlive_a_kill_and_those_of_changes_that_it_undid_are_never_given_again()
    {
        await using var store = new StoreProcess();
        await store.StartAsync();
        string kept = (await store.RequestAsync("PUT", "/a?durable", "1")).Header("ETag")!;
        string undone = (await store.RequestAsync("PUT", "/b?durable", "2")).Header("ETag")!;
        await store.KillAsync();
        string segment = Segment(store);
        byte[] bytes = await File.ReadAllBytesAsync(segment);
        await File.WriteAllBytesAsync(segment, bytes[..^1]);

        await store.StartAsync();

        Assert.Equal(kept, (await store.RequestAsync("GET", "/a")).Header("ETag"));
        string next = (await store.RequestAsync("PUT", "/b?durable", "3")).Header("ETag")!;
        Assert.NotEqual(undone, next);
        Assert.Equal(412, (await store.RequestAsync("PUT", "/b", "4", ("If-Match", undone))).Status);
        Assert.True(Number(kept) < Number(undone) && Number(undone) < Number(next), $"{kept}, {undone}, {next}");

        static long Number(string tag) => long.Parse(tag.Trim('"'), CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Entity_tags_go_on_from_a_snapshot()
    {
        await using var store = new StoreProcess();
        await store.StartAsync();
        await using var client = await WireClient.ConnectAsync(store.Address);
        string filling = new('x', 1_000_000);
        for (int i = 0; i < 12; i++)
            await client.RequestAsync("PUT", "/a", $"\"{i}{filling}\"");
        await Eventually.BecomesTrueAsync(() => Directory.GetFiles(store.LogFolder, "*.snapshot").Length > 0, "a snapshot", TimeSpan.FromMinutes(1));
        string before = (await client.RequestAsync("PUT", "/b?durable", "1")).Header("ETag")!;

        await store.KillAsync();
        await store.StartAsync();

        Assert.Equal(before, (await store.RequestAsync("GET", "/b")).Header("ETag"));
        string after = (await store.RequestAsync("PUT", "/b", "2")).Header("ETag")!;
        Assert.True(long.Parse(after.Trim('"'), CultureInfo.InvariantCulture) > long.Parse(before.Trim('"'), CultureInfo.InvariantCulture), $"{after} after {before}");
    }

    [Fact]
    public async Task A_flipped_bit_with_records_behind_it_stops_the_start_with_file_and_offset_and_changes_nothing()
    {
        await using var store = new StoreProcess();
        await store.StartAsync();
        for (int i = 0; i < 10; i++)
            await store.RequestAsync("PUT", $"/a{i}?durable", $"\"value {i}\"");
        await store.KillAsync();
        string segment = Segment(store);
        byte[] bytes = await File.ReadAllBytesAsync(segment);
        int at = bytes.AsSpan().IndexOf("value 3"u8);
        bytes[at] ^= 4;
        await File.WriteAllBytesAsync(segment, bytes);

        var (exitCode, _, stderr) = await store.RunAsync();

        Assert.Equal(2, exitCode);
        Assert.Contains(segment, stderr, StringComparison.Ordinal);
        Assert.Contains("offset", stderr, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(segment));
        bytes[at] ^= 4;
        await File.WriteAllBytesAsync(segment, bytes);
        await store.StartAsync();
        Assert.Equal("\"value 9\"", (await store.RequestAsync("GET", "/a9")).Text);
    }

    [Fact]
    public async Task Two_processes_do_not_share_a_document()
    {
        await using var store = new StoreProcess();
        await store.StartAsync();

        var (exitCode, _, stderr) = await store.RunAsync();

        Assert.Equal(2, exitCode);
        Assert.Contains("in use", stderr, StringComparison.Ordinal);
        Assert.Equal(200, (await store.RequestAsync("GET", "/")).Status);
    }

    [Fact]
    public async Task The_log_is_compacted_while_writes_go_on_and_the_document_outlives_it()
    {
        await using var store = new StoreProcess();
        await store.StartAsync();
        await using var client = await WireClient.ConnectAsync(store.Address);
        string filling = new('x', 200_000);
        const int Writes = 150;
        for (int i = 0; i < Writes; i++)
            Assert.Equal(202, (await client.RequestAsync("PUT", $"/a{i % 5}", $"\"{i}{filling}\"")).Status);
        Assert.Equal(202, (await client.RequestAsync("PUT", "/last?durable", "1")).Status);

        await Eventually.BecomesTrueAsync(() => Bytes() < 25_000_000, "the log to be shorter than what was written", TimeSpan.FromMinutes(1));
        string before = (await client.RequestAsync("GET", "/")).Text;
        await store.KillAsync();
        await store.StartAsync();

        Assert.True(before == (await store.RequestAsync("GET", "/")).Text, "another document after the start");

        long Bytes()
        {
            try
            {
                return Directory.GetFiles(store.LogFolder).Sum(file => new FileInfo(file).Length);
            }
            catch (FileNotFoundException)
            {
                // The compaction was faster: look again.
                return long.MaxValue;
            }
        }
    }

    static string Segment(StoreProcess store) => Directory.GetFiles(store.LogFolder).Where(file => new FileInfo(file).Length > 0).OrderBy(file => file, StringComparer.Ordinal).First();

    /// <summary>Counts up at a path of its own, in two members that must always be equal.</summary>
    sealed class Writer(int number)
    {
        long _sent;
        long _acknowledged;

        public int AcknowledgedSinceStart { get; private set; }

        public async Task WriteUntilTheEndAsync(Uri address)
        {
            AcknowledgedSinceStart = 0;
            try
            {
                await using var client = await WireClient.ConnectAsync(address);
                while (true)
                {
                    long next = Interlocked.Increment(ref _sent);
                    var reply = number % 2 == 0
                        ? await client.RequestAsync("PUT", $"/writer/{number}?durable", $$"""{"one":{{next}},"two":{{next}}}""")
                        : await client.RequestAsync(
                            "PATCH", $"/writer?durable", $$"""{ "{{number}}": { "one": {{next}}, "two": {{next}} } }""", ("Content-Type", "application/merge-patch+json"));
                    if (reply.Status != 202)
                        throw new InvalidOperationException(reply.ToString());
                    _acknowledged = next;
                    AcknowledgedSinceStart++;
                }
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
            {
                // The process is gone.
            }
        }

        public async Task CheckAsync(StoreProcess store)
        {
            var reply = await store.RequestAsync("GET", $"/writer/{number}");
            if (reply.Status == 404)
            {
                Assert.Equal(0, _acknowledged);
                return;
            }
            using var value = JsonDocument.Parse(reply.Text);
            long one = value.RootElement.GetProperty("one").GetInt64();
            Assert.Equal(one, value.RootElement.GetProperty("two").GetInt64());
            Assert.InRange(one, _acknowledged, _sent);
        }
    }
}
