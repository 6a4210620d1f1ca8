using System.Text.RegularExpressions;
using Gateway.Testing;

namespace Gateway.Modules.Streams.Tests;

public class ProducerTests(StreamsGateway gateway) : IClassFixture<StreamsGateway>
{
    [Fact]
    public async Task The_answer_comes_before_the_body_and_consumers_see_each_line_as_it_comes()
    {
        string target = gateway.NewStream();
        await using var producer = await gateway.ProduceAsync(target);
        Assert.Equal(201, producer.Head.Status);
        Assert.Equal(target["/stream/".Length..], producer.Head.Header("X-Stream-Id"));
        Assert.Equal("chunked", producer.Head.Header("Transfer-Encoding"));

        await using var early = await gateway.ConsumeAsync(target);
        Assert.Equal(200, early.Head.Status);
        await producer.SendAsync("one\n");
        await early.HasReadAsync("one\n");
        await using var late = await gateway.ConsumeAsync(target);
        await late.HasReadAsync("one\n");
        await producer.SendAsync("two\n");
        await early.HasReadAsync("one\ntwo\n");
        await late.HasReadAsync("one\ntwo\n");
        await producer.FinishAsync();
        Assert.True(await early.ReadsToCleanEndAsync());
        Assert.True(await late.ReadsToCleanEndAsync());
        Assert.Equal("one\ntwo\n", late.Text);
    }

    [Theory, InlineData("/stream"), InlineData("/stream/")]
    public async Task A_stream_without_an_id_gets_one_of_the_time(string target)
    {
        var ids = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            var reply = await gateway.PostAsync(target, $"content {i}");
            Assert.Equal(201, reply.Status);
            ids.Add(reply.Header("X-Stream-Id")!);
            Assert.Equal($"content {i}", (await gateway.GetAsync($"/stream/{ids[^1]}")).Text);
        }
        Assert.All(ids, id => Assert.Matches(new Regex(@"^loom-\d{13}$"), id));
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Theory, InlineData(""), InlineData("?force"), InlineData("?force=1"), InlineData("?force=TRUE"), InlineData("?force=true&force=true")]
    public async Task A_taken_id_is_refused_unless_force_is_true(string query)
    {
        string target = await gateway.CompleteAsync("first");
        var reply = await gateway.PostAsync(target + query, "second");
        Assert.Equal(409, reply.Status);
        Assert.StartsWith("application/json", reply.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal(
            $$"""{"error":"The stream with ID {{target["/stream/".Length..]}} already exists. Specify force=true query param to override."}""", reply.Text);
        Assert.Equal("first", (await gateway.GetAsync(target)).Text);
    }

    [Fact]
    public async Task Force_replaces_a_stream_its_metadata_too()
    {
        string target = await gateway.CompleteAsync("first", ("X-Stream-Metadata", "1"));
        var reply = await gateway.PostAsync(target + "?force=true", "second");
        Assert.Equal((201, "true"), (reply.Status, reply.Header("X-Stream-Replaced")));
        var got = await gateway.GetAsync(target);
        Assert.Equal(("second", null), (got.Text, got.Header("X-Stream-Metadata")));
    }

    [Fact]
    public async Task Force_on_a_new_id_replaces_nothing()
    {
        var reply = await gateway.PostAsync(gateway.NewStream() + "?force=true", "x");
        Assert.Equal((201, null), (reply.Status, reply.Header("X-Stream-Replaced")));
    }

    [Fact]
    public async Task Of_many_who_ask_for_an_id_at_once_one_gets_it_whole()
    {
        for (int round = 0; round < 5; round++)
        {
            string target = gateway.NewStream();
            var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => gateway.PostAsync(target, new string((char)('a' + i), 1000))));
            int winner = Array.FindIndex(replies, reply => reply.Status == 201);
            Assert.Equal(19, replies.Count(reply => reply.Status == 409));
            Assert.Equal(new string((char)('a' + winner), 1000), (await gateway.GetAsync(target)).Text);
        }
    }

    [Fact]
    public async Task An_empty_body_is_an_empty_stream()
    {
        string target = await gateway.CompleteAsync("");
        var reply = await gateway.GetAsync(target);
        Assert.Equal((200, "0", "complete", ""), (reply.Status, reply.Header("Content-Length"), reply.Header("X-Stream-State"), reply.Text));
    }

    [Fact]
    public async Task Expect_100_continue_is_answered_before_201()
    {
        await using var client = await WireClient.ConnectAsync(gateway.Address);
        await client.SendAsync($"POST {gateway.NewStream()} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        Assert.Equal(100, (await client.ReadReplyAsync()).Status);
        Assert.Equal(201, (await client.ReadReplyAsync(toHead: true)).Status);
        await client.SendAsync("hi");
        Assert.Empty(await client.ReadChunkAsync());
    }

    [Fact]
    public async Task A_producer_that_vanishes_leaves_an_aborted_stream_with_all_that_it_sent()
    {
        string target = gateway.NewStream();
        await using var producer = await gateway.ProduceAsync(target);
        await producer.SendAsync("a beginning");
        await using var consumer = await gateway.ConsumeAsync(target);
        await consumer.HasReadAsync("a beginning");
        producer.Reset();
        Assert.False(await consumer.ReadsToCleanEndAsync());
        await gateway.IsInStateAsync(target, "aborted");
        var later = await gateway.GetAsync(target);
        Assert.Equal(("a beginning", "aborted", null), (later.Text, later.Header("X-Stream-State"), later.Header("ETag")));
    }

    [Theory, InlineData("5\r\nhel"), InlineData("zz\r\n"), InlineData("5\r\nhelloXX")]
    public async Task A_body_that_is_cut_off_or_malformed_is_aborted(string chunks)
    {
        string target = gateway.NewStream();
        await using (var producer = await gateway.ProduceAsync(target))
        {
            await producer.SendAsync("good ");
            await using (var consumer = await gateway.ConsumeAsync(target))
                await consumer.HasReadAsync("good ");
            await producer.SendRawAsync(chunks);
            if (chunks.EndsWith("hel", StringComparison.Ordinal))
                await producer.DisposeAsync();
            else
                await producer.ReadToEndAsync();
        }
        await gateway.IsInStateAsync(target, "aborted");
        Assert.StartsWith("good ", (await gateway.GetAsync(target)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Force_over_a_live_stream_cuts_its_producer_and_its_consumers()
    {
        string target = gateway.NewStream();
        await using var old = await gateway.ProduceAsync(target);
        await old.SendAsync("AAAA");
        await using var consumer = await gateway.ConsumeAsync(target);
        await consumer.HasReadAsync("AAAA");
        await using var successor = await gateway.ProduceAsync(target + "?force=true");
        Assert.Equal("true", successor.Head.Header("X-Stream-Replaced"));
        await successor.SendAsync("BBBBBBBB");
        await old.ReadToEndAsync();
        Assert.False(await consumer.ReadsToCleanEndAsync());
        Assert.Equal("AAAA", consumer.Text);
        await successor.FinishAsync();
        Assert.Equal("BBBBBBBB", (await gateway.GetAsync(target)).Text);
    }

    [Fact]
    public async Task Deleting_a_live_stream_cuts_its_producer_and_its_consumers()
    {
        string target = gateway.NewStream();
        await using var producer = await gateway.ProduceAsync(target);
        await producer.SendAsync("AAAA");
        await using var consumer = await gateway.ConsumeAsync(target);
        await consumer.HasReadAsync("AAAA");
        Assert.Equal(200, (await gateway.RequestAsync("DELETE", target)).Status);
        await producer.ReadToEndAsync();
        Assert.False(await consumer.ReadsToCleanEndAsync());
        Assert.Equal(404, (await gateway.GetAsync(target)).Status);
        Assert.Equal(404, (await gateway.RequestAsync("DELETE", target)).Status);
        Assert.Equal(201, (await gateway.PostAsync(target, "anew")).Status);
        Assert.Equal("anew", (await gateway.GetAsync(target)).Text);
    }
}
