using System.Text;
using Gateway.Modules.Streams.Spying;
using Gateway.Testing;

namespace Gateway.Modules.Streams.Tests;

public class SpyTests
{
    [Fact]
    public async Task It_shows_what_is_active_from_its_beginning_and_all_that_comes()
    {
        await using var gateway = await StreamsGateway.StartAsync("");
        await using var first = await gateway.ProduceAsync("/stream/cF");
        await first.SendAsync("q0\n");
        await using (var consumer = await gateway.ConsumeAsync("/stream/cF"))
            await consumer.HasReadAsync("q0\n");

        await using var spy = await gateway.ConsumeAsync("/spy");
        await spy.HasReadAsync("START: cF\ncF:\nq0\n");
        await using var second = await gateway.ProduceAsync("/stream/cE");
        await second.SendAsync("m1: a: b\n");
        await spy.HasReadAsync("START: cF\ncF:\nq0\nSTART: cE\ncE:\nm1: a: b\n");
        await second.SendAsync("second: line\n");
        await spy.HasReadAsync("START: cF\ncF:\nq0\nSTART: cE\ncE:\nm1: a: b\nsecond: line\n");
        await first.SendAsync("q1\n");
        await spy.HasReadAsync("START: cF\ncF:\nq0\nSTART: cE\ncE:\nm1: a: b\nsecond: line\ncF:\nq1\n");
        await second.FinishAsync();
        await spy.HasReadAsync("START: cF\ncF:\nq0\nSTART: cE\ncE:\nm1: a: b\nsecond: line\ncF:\nq1\nEND: cE\n");
    }

    [Fact]
    public async Task It_keeps_characters_whole_that_come_in_pieces()
    {
        await using var gateway = await StreamsGateway.StartAsync("");
        await using var spy = await gateway.ConsumeAsync("/spy");
        await using var producer = await gateway.ProduceAsync("/stream/a");
        byte[] smile = Encoding.UTF8.GetBytes("😀");
        await producer.SendAsync("x");
        await spy.HasReadAsync("START: a\na:\nx");
        await producer.SendAsync(smile.AsSpan(0, 2));
        await using (var other = await gateway.ProduceAsync("/stream/b"))
        {
            await other.SendAsync("y");
            await spy.HasReadAsync("START: a\na:\nxSTART: b\nb:\ny");
        }
        await spy.HasReadAsync("START: a\na:\nxSTART: b\nb:\nyEND: b\n");
        await producer.SendAsync(smile.AsSpan(2));
        await spy.HasReadAsync("START: a\na:\nxSTART: b\nb:\nyEND: b\na:\n😀");
    }

    [Theory]
    [InlineData("START: sp\n", 31, "\e[1m\e[31mSTART:\e[22m sp\e[39m\n\e[31m\e[39m")]
    [InlineData("cE:\nm1: a: b\n", 31, "\e[1m\e[31mcE:\e[22m\e[39m\n\e[31mm1: a: b\e[39m\n\e[31m\e[39m")]
    [InlineData("plain", 36, "\e[36mplain\e[39m"), InlineData("a: b: c", 30, "\e[1m\e[30ma: b:\e[22m c\e[39m"), InlineData("x\r\n\r\ny: z", 30, "\e[30mx\e[39m\r\n\r\n\e[30my: z\e[39m")]
    public void A_piece_is_drawn_as_the_original_draws_it(string piece, int color, string drawn) => Assert.Equal(drawn, SpyColors.Draw(piece, color));

    [Fact]
    public async Task In_colour_each_stream_has_its_own()
    {
        await using var gateway = await StreamsGateway.StartAsync("");
        await using var spy = await gateway.ConsumeAsync("/spy?color");
        await gateway.CompleteAsync("first\n");
        await gateway.CompleteAsync("second\n");
        string text = await ReadUntilAsync(spy, "END:\e[22m s2");
        var colors = System.Text.RegularExpressions.Regex.Matches(text, @"\e\[1m\e\[(\d+)mSTART:").Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(2, colors.Distinct().Count());
        Assert.All(colors, color => Assert.Contains(color, (string[])["30", "31", "32", "33", "34", "90", "35", "36", "37"]));
    }

    [Theory, InlineData("/spy?color"), InlineData("/spy?color=false")]
    public async Task In_colour_each_piece_is_drawn_as_the_original_draws_it(string target)
    {
        await using var gateway = await StreamsGateway.StartAsync("");
        await using var producer = await gateway.ProduceAsync("/stream/cE");
        await producer.SendAsync("m1: a: b\n");
        await using var spy = await gateway.ConsumeAsync(target);
        await ReadUntilAsync(spy, "b\e[39m\n");
        byte[] snowman = Encoding.UTF8.GetBytes("☃");
        await producer.SendAsync(snowman.AsSpan(0, 1));
        // When the other stream's byte has been shown, this one's has been looked at.
        await using var other = await gateway.ProduceAsync("/stream/cF");
        await other.SendAsync("x");
        await ReadUntilAsync(spy, "x\e[39m");
        await producer.SendAsync(snowman.AsSpan(1));
        await producer.FinishAsync();
        string text = await ReadUntilAsync(spy, "END:\e[22m cE\e[39m\n");
        string color = System.Text.RegularExpressions.Regex.Match(text, @"^\e\[1m\e\[(\d+)mSTART:").Groups[1].Value;
        string another = System.Text.RegularExpressions.Regex.Match(text, @"\e\[(\d+)mSTART:\e\[22m cF").Groups[1].Value;
        Assert.NotEqual(color, another);
        Assert.StartsWith(
            $"\e[1m\e[{color}mSTART:\e[22m cE\e[39m\n\e[{color}m\e[39m"
            + $"\e[1m\e[{color}mcE:\e[22m\e[39m\n\e[{color}mm1: a: b\e[39m\n\e[{color}m\e[39m"
            + $"\e[1m\e[{another}mSTART:\e[22m cF\e[39m\n\e[{another}m\e[39m"
            + $"\e[1m\e[{another}mcF:\e[22m\e[39m\n\e[{another}mx\e[39m"
            + $"\e[1m\e[{color}mcE:\e[22m\e[39m\n\e[{color}m☃\e[39m"
            + $"\e[1m\e[{color}mEND:\e[22m cE\e[39m\n",
            text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_short_streams_each_begins_and_ends_once()
    {
        await using var gateway = await StreamsGateway.StartAsync("");
        await using var spy = await gateway.ConsumeAsync("/spy");
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => gateway.PostAsync($"/stream/short{i}", "x\n")));
        await gateway.PostAsync("/stream/last", "x\n");
        string[] lines = (await ReadUntilAsync(spy, "END: last\n")).Split('\n');
        foreach (string word in new[] { "START: short", "END: short" })
            Assert.Equal(50, lines.Count(line => line.StartsWith(word, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_slow_spy_misses_bytes_and_holds_nobody()
    {
        await using var gateway = await StreamsGateway.StartAsync("\"QueueBytes\": 65536");
        await using var slow = await WireClient.ConnectAsync(gateway.Address, receiveBufferSize: 4096);
        await slow.SendAsync("GET /spy HTTP/1.1\r\nHost: x\r\n\r\n");
        await slow.ReadReplyAsync(toHead: true);
        await using var producer = await gateway.ProduceAsync("/stream/flood");
        string piece = new('x', 65536);
        for (int i = 0; i < 200; i++)
            await producer.SendAsync(piece);
        await producer.FinishAsync();
        Assert.Equal($"{200 * 65536}", (await gateway.HeadAsync("/stream/flood")).Header("Content-Length"));

        var text = new StringBuilder();
        while (!text.ToString().Contains("END: flood", StringComparison.Ordinal))
            text.Append(Encoding.UTF8.GetString(await slow.ReadChunkAsync()));
        Assert.Contains("SKIPPED: ", text.ToString(), StringComparison.Ordinal);
        Assert.True(text.Length < 200 * 65536);
    }

    [Fact]
    public async Task A_spy_that_leaves_is_gone()
    {
        await using var gateway = await StreamsGateway.StartAsync("");
        await using (await gateway.ConsumeAsync("/spy"))
            await Eventually.BecomesTrueAsync(() => gateway.Store.Watchers.Count == 1, "the spy to watch");
        await Eventually.BecomesTrueAsync(() => gateway.Store.Watchers.Count == 0, "the spy to be gone");
        await gateway.CompleteAsync("x");
    }

    static async Task<string> ReadUntilAsync(LiveConsumer spy, string text)
    {
        while (!spy.Text.Contains(text, StringComparison.Ordinal))
            await spy.ReadChunkAsync();
        return spy.Text;
    }
}
