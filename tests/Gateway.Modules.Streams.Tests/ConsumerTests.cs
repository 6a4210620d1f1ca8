using System.Text;
using FsCheck.Xunit;
using Gateway.Testing;

namespace Gateway.Modules.Streams.Tests;

public class ConsumerTests(StreamsGateway gateway) : IClassFixture<StreamsGateway>
{
    [Fact]
    public async Task A_complete_stream_has_a_type_a_length_and_a_tag()
    {
        string target = await gateway.CompleteAsync("0123456789");
        var got = await gateway.GetAsync(target);
        Assert.Equal((200, "0123456789", "application/octet-stream", "10", "complete", "nosniff"),
            (got.Status, got.Text, got.Header("Content-Type"), got.Header("Content-Length"), got.Header("X-Stream-State"), got.Header("X-Content-Type-Options")));
        var head = await gateway.HeadAsync(target);
        Assert.Equal((200, "10", got.Header("ETag"), "10"), (head.Status, head.Header("Content-Length"), head.Header("ETag"), head.Header("Upload-Offset")));
        Assert.Equal(304, (await gateway.GetAsync(target, ("If-None-Match", got.Header("ETag")))).Status);
        Assert.Equal(200, (await gateway.GetAsync(target, ("If-None-Match", "\"another\""))).Status);
    }

    [Theory]
    [InlineData("bytes=0-0", 206, "0", "bytes 0-0/10"), InlineData("bytes=2-4", 206, "234", "bytes 2-4/10"), InlineData("bytes=7-", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=-3", 206, "789", "bytes 7-9/10"), InlineData("bytes=-99", 206, "0123456789", "bytes 0-9/10"), InlineData("bytes=5-99", 206, "56789", "bytes 5-9/10")]
    [InlineData("bytes=5-99999999999999999999999", 206, "56789", "bytes 5-9/10"), InlineData("BYTES=1-1", 206, "1", "bytes 1-1/10")]
    [InlineData("bytes=10-", 416, null, "bytes */10"), InlineData("bytes=99999999999999999999999-", 416, null, "bytes */10"), InlineData("bytes=-0", 416, null, "bytes */10")]
    [InlineData("bytes=0-1,3-4", 416, null, "bytes */10"), InlineData("bytes=0-1, -1", 416, null, "bytes */10")]
    [InlineData("bytes=4-2", 200, "0123456789", null), InlineData("bytes=--1", 200, "0123456789", null), InlineData("bytes=-", 200, "0123456789", null)]
    [InlineData("bytes=a-b", 200, "0123456789", null), InlineData("lines=0-1", 200, "0123456789", null), InlineData("bytes", 200, "0123456789", null)]
    public async Task One_range_is_served_and_several_are_refused(string range, int status, string? text, string? contentRange)
    {
        string target = await gateway.CompleteAsync("0123456789");
        var got = await gateway.GetAsync(target, ("Range", range));
        Assert.Equal((status, contentRange), (got.Status, got.Header("Content-Range")));
        if (text != null)
            Assert.Equal((text, $"{text.Length}"), (got.Text, got.Header("Content-Length")));
    }

    [Property]
    public bool A_range_that_is_satisfiable_lies_within(ulong first, ulong last, FsCheck.NonNegativeInt length, bool isSuffix)
    {
        var range = ByteRange.Parse(isSuffix ? $"bytes=-{last}" : $"bytes={first}-{last}", length.Get);
        return range.Kind != RangeKind.Satisfiable || (range.First >= 0 && range.First <= range.Last && range.Last < length.Get);
    }

    [Fact]
    public async Task If_Range_holds_for_its_tag_alone()
    {
        string target = await gateway.CompleteAsync("0123456789");
        string tag = (await gateway.HeadAsync(target)).Header("ETag")!;
        Assert.Equal(206, (await gateway.GetAsync(target, ("Range", "bytes=0-1"), ("If-Range", tag))).Status);
        Assert.Equal(200, (await gateway.GetAsync(target, ("Range", "bytes=0-1"), ("If-Range", "\"another\""))).Status);
    }

    [Fact]
    public async Task The_head_comes_before_the_first_byte()
    {
        string target = gateway.NewStream();
        await using var producer = await gateway.ProduceAsync(target, ("X-Stream-Metadata", "1"));
        await using var consumer = await gateway.ConsumeAsync(target);
        Assert.Equal(("active", "1", null, null),
            (consumer.Head.Header("X-Stream-State"), consumer.Head.Header("X-Stream-Metadata"), consumer.Head.Header("Content-Length"), consumer.Head.Header("ETag")));
        await producer.FinishAsync();
        Assert.True(await consumer.ReadsToCleanEndAsync());
    }

    [Theory, InlineData("?notail"), InlineData("?notail=false"), InlineData("?x=1&notail=")]
    public async Task Without_tailing_an_active_stream_ends_where_it_is(string query)
    {
        string target = gateway.NewStream();
        await using var producer = await gateway.ActiveAsync(target, "until now");
        var got = await gateway.GetAsync(target + query);
        Assert.Equal((200, "until now", "9", "active"), (got.Status, got.Text, got.Header("Content-Length"), got.Header("X-Stream-State")));
    }

    [Fact]
    public async Task A_range_of_an_active_stream_is_of_what_there_is()
    {
        string target = gateway.NewStream();
        await using var producer = await gateway.ActiveAsync(target, "0123456789");
        var got = await gateway.GetAsync(target, ("Range", "bytes=7-"));
        Assert.Equal((206, "789", "bytes 7-9/*"), (got.Status, got.Text, got.Header("Content-Range")));
    }

    [Fact]
    public async Task A_tail_may_begin_anywhere()
    {
        string target = gateway.NewStream();
        await using var producer = await gateway.ActiveAsync(target, "0123456789");
        await using var consumer = await gateway.ConsumeAsync(target + "?from=7");
        await using var atEnd = await gateway.ConsumeAsync(target + "?from=10");
        await consumer.HasReadAsync("789");
        await producer.SendAsync("abc");
        await consumer.HasReadAsync("789abc");
        await atEnd.HasReadAsync("abc");
        Assert.Equal(416, (await gateway.GetAsync(target + "?from=14")).Status);
        await producer.FinishAsync();
        Assert.Equal("9abc", (await gateway.GetAsync(target + "?from=9")).Text);
        foreach (string from in new[] { "-1", "x", "", "1.5", "99999999999999999999" })
            Assert.Equal(400, (await gateway.GetAsync($"{target}?from={from}")).Status);
    }

    [Fact]
    public async Task A_download_is_an_attachment_whatever_the_client_accepts()
    {
        string target = await gateway.CompleteAsync("<script>");
        var got = await gateway.GetAsync(target + "?download", ("Accept", "text/html"));
        Assert.Equal((200, "<script>", "application/octet-stream"), (got.Status, got.Text, got.Header("Content-Type")));
        Assert.StartsWith("attachment", got.Header("Content-Disposition"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_WebSocket_tails_in_binary_and_closes_with_the_state()
    {
        string target = gateway.NewStream();
        await using var producer = await gateway.ActiveAsync(target, "0123456789");
        await using var client = await WireClient.ConnectAsync(gateway.Address);
        Assert.Equal(101, (await client.UpgradeAsync(target + "?from=7")).Status);
        var first = await client.ReadMessageAsync();
        Assert.Equal((WireOpcode.Binary, "789"), (first.Opcode, Encoding.UTF8.GetString(first.Payload)));
        await producer.SendAsync("abc");
        Assert.Equal("abc", Encoding.UTF8.GetString((await client.ReadMessageAsync()).Payload));
        await producer.FinishAsync();
        var close = await client.ReadMessageAsync();
        Assert.Equal((WireOpcode.Close, "complete"), (close.Opcode, Encoding.UTF8.GetString(close.Payload[2..])));
        Assert.Equal(1000, (close.Payload[0] << 8) | close.Payload[1]);
    }

    [Fact]
    public async Task A_WebSocket_sees_that_a_stream_is_aborted()
    {
        string target = gateway.NewStream();
        await using var producer = await gateway.ActiveAsync(target, "0123456789");
        await using var client = await WireClient.ConnectAsync(gateway.Address);
        await client.UpgradeAsync(target);
        await client.ReadMessageAsync();
        producer.Reset();
        var close = await client.ReadMessageAsync();
        Assert.Equal((WireOpcode.Close, "aborted"), (close.Opcode, Encoding.UTF8.GetString(close.Payload[2..])));
        Assert.Equal(1011, (close.Payload[0] << 8) | close.Payload[1]);
    }

    [Fact]
    public async Task By_HTTP_1_0_where_a_close_is_the_end_an_aborted_stream_is_reset()
    {
        string target = gateway.NewStream();
        await using var producer = await gateway.ActiveAsync(target, "a beginning");
        await using var client = await WireClient.ConnectAsync(gateway.Address);
        await client.SendAsync($"GET {target} HTTP/1.0\r\nHost: x\r\n\r\n");
        Assert.Equal(200, (await client.ReadReplyAsync(toHead: true)).Status);
        producer.Reset();
        Assert.Equal(WireEnd.Reset, (await client.ReadToEndAsync()).End);
    }

    [Fact]
    public async Task A_stream_whose_file_was_cut_off_behind_the_gateways_back_is_never_seen_to_end_cleanly()
    {
        string target = await gateway.CompleteAsync("0123456789");
        string name = gateway.Store.Find(target["/stream/".Length..])!.FileName;
        await File.WriteAllTextAsync(Path.Combine(gateway.Gateway.Folder, "data/streams/data", $"{name}.bytes"), "0123");
        await using var client = await WireClient.ConnectAsync(gateway.Address);
        await client.UpgradeAsync(target);
        Assert.Equal("0123", Encoding.UTF8.GetString((await client.ReadMessageAsync()).Payload));
        var close = await client.ReadMessageAsync();
        Assert.Equal((WireOpcode.Close, 1011), (close.Opcode, (close.Payload[0] << 8) | close.Payload[1]));
        await using var consumer = await WireClient.ConnectAsync(gateway.Address);
        await consumer.SendAsync($"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal("10", (await consumer.ReadReplyAsync(toHead: true)).Header("Content-Length"));
        Assert.True((await consumer.ReadToEndAsync()).Bytes.Length < 10);
    }

    [Theory, InlineData("/stream/unknown", 404), InlineData("/stream/..", 400), InlineData("/stream", 404)]
    public async Task A_WebSocket_to_nothing_is_refused(string target, int status)
    {
        await using var client = await WireClient.ConnectAsync(gateway.Address);
        Assert.Equal(status, (await client.UpgradeAsync(target)).Status);
    }

    [Property]
    public bool Pieces_of_text_are_whole_characters(FsCheck.NonNull<string> text, byte cut)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(new string([.. text.Get.Where(c => !char.IsSurrogate(c))]) + "é☃😀");
        int at = cut % (bytes.Length + 1);
        var piece = bytes.AsSpan(0, at);
        int incomplete = Utf8Pieces.Incomplete(piece);
        return incomplete is >= 0 and <= 3 && System.Text.Unicode.Utf8.IsValid(piece[..^incomplete]);
    }
}
