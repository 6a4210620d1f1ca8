namespace Gateway.Modules.Streams.Tests;

public class ResumeTests(StreamsGateway gateway) : IClassFixture<StreamsGateway>
{
    [Fact]
    public async Task An_aborted_stream_goes_on_where_it_stands()
    {
        string target = await AbortedAsync("one ");
        var head = await gateway.HeadAsync(target);
        Assert.Equal(("4", "aborted"), (head.Header("Upload-Offset"), head.Header("X-Stream-State")));

        await using var producer = await ResumeAsync(target, 4);
        await gateway.IsInStateAsync(target, "active");
        await using var consumer = await gateway.ConsumeAsync(target);
        await producer.SendAsync("two");
        await consumer.HasReadAsync("one two");
        var reply = await producer.FinishWithReplyAsync();
        Assert.Equal((204, "7"), (reply.Status, reply.Header("Upload-Offset")));
        Assert.True(await consumer.ReadsToCleanEndAsync());
        Assert.Equal("one two", (await gateway.GetAsync(target)).Text);
        await gateway.IsInStateAsync(target, "complete");
    }

    [Theory, InlineData("0"), InlineData("3"), InlineData("5"), InlineData("9223372036854775807")]
    public async Task Another_offset_is_refused_and_told(string offset)
    {
        string target = await AbortedAsync("1234");
        var reply = await gateway.RequestAsync("PATCH", target, "x", ("Upload-Offset", offset));
        Assert.Equal((409, "4"), (reply.Status, reply.Header("Upload-Offset")));
        Assert.Equal("1234", (await gateway.GetAsync(target)).Text);
    }

    [Theory, InlineData(null), InlineData(""), InlineData("-1"), InlineData("1.5"), InlineData("x"), InlineData("99999999999999999999")]
    public async Task An_offset_that_is_no_number_of_bytes_is_refused(string? offset)
    {
        string target = await AbortedAsync("1234");
        Assert.Equal(400, (await gateway.RequestAsync("PATCH", target, "x", ("Upload-Offset", offset))).Status);
    }

    [Fact]
    public async Task A_complete_stream_takes_nothing_more()
    {
        string target = await gateway.CompleteAsync("1234");
        var reply = await gateway.RequestAsync("PATCH", target, "x", ("Upload-Offset", "4"));
        Assert.Equal((409, "4"), (reply.Status, reply.Header("Upload-Offset")));
        Assert.Contains("stream_complete", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_exist_cannot_be_resumed() =>
        Assert.Equal(404, (await gateway.RequestAsync("PATCH", gateway.NewStream(), "x", ("Upload-Offset", "0"))).Status);

    [Fact]
    public async Task A_stream_that_took_the_place_of_another_is_not_resumed_for_it()
    {
        string target = await AbortedAsync("1234");
        string instance = (await gateway.HeadAsync(target)).Header("X-Stream-Instance")!;
        await using var successor = await gateway.ProduceAsync(target + "?force=true");
        await successor.SendAsync("1234");
        var reply = await gateway.RequestAsync("PATCH", target, "x", ("Upload-Offset", "4"), ("X-Stream-Instance", instance));
        Assert.Equal(412, reply.Status);
    }

    [Fact]
    public async Task Who_resumes_takes_the_stream_from_a_producer_that_only_seems_to_live()
    {
        string target = gateway.NewStream();
        await using var halfOpen = await gateway.ProduceAsync(target);
        await halfOpen.SendAsync("one ");
        await using var consumer = await gateway.ConsumeAsync(target);
        await consumer.HasReadAsync("one ");
        await using var producer = await ResumeAsync(target, 4);
        await producer.SendAsync("two");
        Assert.Equal(204, (await producer.FinishWithReplyAsync()).Status);
        await halfOpen.ReadToEndAsync();
        Assert.True(await consumer.ReadsToCleanEndAsync());
        Assert.Equal("one two", consumer.Text);
    }

    [Fact]
    public async Task A_body_that_is_a_part_leaves_the_stream_open()
    {
        string target = gateway.NewStream();
        await using var consumer = await BeginPartAsync(target, "one ");
        Assert.Equal("active", (await gateway.HeadAsync(target)).Header("X-Stream-State"));
        Assert.Equal(204, (await gateway.RequestAsync("PATCH", target, "two ", ("Upload-Offset", "4"), ("Upload-Complete", "?0"))).Status);
        await consumer.HasReadAsync("one two ");
        Assert.Equal(204, (await gateway.RequestAsync("PATCH", target, "three", ("Upload-Offset", "8"))).Status);
        Assert.True(await consumer.ReadsToCleanEndAsync());
        Assert.Equal("one two three", consumer.Text);
    }

    async Task<LiveConsumer> BeginPartAsync(string target, string part)
    {
        Assert.Equal(201, (await gateway.PostAsync(target, part, ("Upload-Complete", "?0"))).Status);
        return await gateway.ConsumeAsync(target);
    }

    Task<LiveProducer> ResumeAsync(string target, long offset) =>
        LiveProducer.BeginAsync(gateway.Address, "PATCH", target, ("Upload-Offset", $"{offset}"));

    async Task<string> AbortedAsync(string text)
    {
        string target = gateway.NewStream();
        await using (var producer = await gateway.ProduceAsync(target))
        {
            await producer.SendAsync(text);
            await using var consumer = await gateway.ConsumeAsync(target);
            await consumer.HasReadAsync(text);
        }
        await gateway.IsInStateAsync(target, "aborted");
        return target;
    }
}
