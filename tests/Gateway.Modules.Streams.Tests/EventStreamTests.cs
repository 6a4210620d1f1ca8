using System.Text;

namespace Gateway.Modules.Streams.Tests;

/// <summary>Consumers of server-sent events, whether their connections leave the web server or stay.</summary>
public abstract class EventStreamTests(StreamsGateway gateway)
{
    [Fact]
    public async Task Server_sent_events_carry_text_with_offsets_and_an_end()
    {
        string target = gateway.NewStream();
        await using var producer = await gateway.ProduceAsync(target);
        byte[] snow = Encoding.UTF8.GetBytes("☃\r\nx");
        await producer.SendAsync("one\n");
        await producer.SendAsync(snow.AsSpan(0, 1));
        await using var consumer = await gateway.ConsumeAsync(target, ("Accept", "text/event-stream"));
        Assert.Equal("text/event-stream", consumer.Head.Header("Content-Type"));
        await consumer.HasReadAsync("id: 4\ndata: one\ndata: \n\n");
        await producer.SendAsync(snow.AsSpan(1, 3));
        await producer.SendAsync(snow.AsSpan(4));
        await producer.FinishAsync();
        Assert.True(await consumer.ReadsToCleanEndAsync());
        Assert.Equal("one\n☃\nx", string.Concat(Events(consumer.Text).Where(sent => sent.Name == "message").Select(sent => sent.Data)));
        var end = Events(consumer.Text)[^1];
        Assert.Equal(("end", """{"state":"complete","length":10}"""), (end.Name, end.Data));
    }

    [Fact]
    public async Task Server_sent_events_go_on_after_the_last_one_seen()
    {
        string target = await gateway.CompleteAsync("0123456789");
        var got = await gateway.GetAsync(target, ("Accept", "text/event-stream"), ("Last-Event-ID", "7"));
        Assert.Equal("789", Events(got.Text)[0].Data);
        Assert.Equal(204, (await gateway.GetAsync(target, ("Accept", "text/event-stream"), ("Last-Event-ID", "10"))).Status);
        Assert.Equal(400, (await gateway.GetAsync(target, ("Accept", "text/event-stream"), ("Last-Event-ID", "x"))).Status);
    }

    [Fact]
    public async Task Server_sent_events_in_base64_are_exact()
    {
        string target = gateway.NewStream();
        byte[] bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);
        await using var producer = await gateway.ProduceAsync(target);
        await producer.SendAsync(bytes);
        await producer.FinishAsync();
        var got = await gateway.GetAsync(target + "?encoding=base64", ("Accept", "text/event-stream"));
        Assert.Equal(bytes, Events(got.Text).Where(sent => sent.Name == "message").SelectMany(sent => Convert.FromBase64String(sent.Data)));
    }

    [Fact]
    public async Task Server_sent_events_say_that_a_stream_is_aborted()
    {
        string target = gateway.NewStream();
        await using var producer = await gateway.ActiveAsync(target, "a beginning");
        await using var consumer = await gateway.ConsumeAsync(target, ("Accept", "text/event-stream"));
        producer.Reset();
        Assert.True(await consumer.ReadsToCleanEndAsync());
        Assert.Equal(("end", """{"state":"aborted","length":11}"""), Events(consumer.Text)[^1]);
    }

    static List<(string Name, string Data)> Events(string text) =>
    [
        .. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block =>
        {
            string[] lines = block.Split('\n');
            string name = lines.FirstOrDefault(line => line.StartsWith("event: ", StringComparison.Ordinal))?["event: ".Length..] ?? "message";
            var data = lines.Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line["data: ".Length..]);
            return (name, string.Join('\n', data));
        }),
    ];
}
