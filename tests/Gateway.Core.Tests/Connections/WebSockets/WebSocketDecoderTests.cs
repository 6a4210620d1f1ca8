using System.Text;
using Gateway.Core.Connections.WebSockets;
using static Gateway.Core.Tests.Connections.WebSockets.ClientFrames;

namespace Gateway.Core.Tests.Connections.WebSockets;

public class WebSocketDecoderTests
{
    const string BadText = "error 1007: Text must be valid UTF-8.";
    const string NotMinimal = "error 1002: A length must take as few bytes as possible.";
    const string Fragmented = "error 1002: A control frame must not be fragmented.";
    const string LongControl = "error 1002: A control frame has at most 125 bytes.";
    const string Reserved = "error 1002: The reserved bits must be 0: no extension was agreed on.";
    const string TooBig = "error 1009: A message may have at most 100000 bytes.";
    const int Limit = 100_000;

    static readonly byte[] Euro = [0xE2, 0x82, 0xAC];

    static readonly Dictionary<string, (byte[][] Frames, string[] Events)> Cases = new()
    {
        ["nothing"] = ([], []),
        ["a text"] = ([Text("hello")], ["TEXT 5: hello"]),
        ["an empty text"] = ([Text("")], ["TEXT 0: "]),
        ["an empty binary message"] = ([Binary([])], ["BINARY 0: "]),
        ["a text beyond ASCII"] = ([Text("Grüße, 世界 😀")], ["TEXT 20: Grüße, 世界 😀"]),
        ["bytes that are no text"] = ([Binary([0xFF, 0x00, 0xFE])], ["BINARY 3: FF00FE"]),
        ["three messages"] = ([Text("a"), Binary([1]), Text("b")], ["TEXT 1: a", "BINARY 1: 01", "TEXT 1: b"]),
        ["125 bytes"] = Long(125),
        ["126 bytes"] = Long(126),
        ["127 bytes"] = Long(127),
        ["65,535 bytes"] = Long(65_535),
        ["65,536 bytes"] = Long(65_536),
        ["as many bytes as allowed"] = Long(Limit),
        ["a ping"] = ([Ping("are you there")], ["PING 13: are you there"]),
        ["an empty ping"] = ([Ping("")], ["PING 0: "]),
        ["the longest ping"] = ([Ping(new string('p', 125))], ["PING 125: " + new string('p', 125)]),
        ["a pong"] = ([Pong("here")], ["PONG 4: here"]),
        ["a close"] = ([Close(1000, "bye")], ["close 1000: bye"]),
        ["a close without a code"] = ([Frame(WebSocketOpcode.Close, [])], ["close 1005: "]),
        ["a close without a reason"] = ([Close(3000)], ["close 3000: "]),
        ["a close with a reason beyond ASCII"] = ([Close(4999, "tschüß")], ["close 4999: tschüß"]),
        ["the longest close"] = ([Close(1001, new string('r', 123))], ["close 1001: " + new string('r', 123)]),
        ["a text after a close"] = ([Close(1000), Text("more")], ["close 1000: "]),

        ["two fragments"] = ([Text("hel", false), More("lo")], ["TEXT 5: hello"]),
        ["three fragments of bytes"] = ([Binary([1], false), More([2], false), More([3])], ["BINARY 3: 010203"]),
        ["fragments without bytes"] = ([Text("", false), More("", false), More("")], ["TEXT 0: "]),
        ["an empty last fragment"] = ([Text("all", false), More("")], ["TEXT 3: all"]),
        ["a ping and a pong within a message"] = (
            [Text("a", false), Ping("1"), More("b", false), Pong("2"), More("c"), Text("d")],
            ["PING 1: 1", "PONG 1: 2", "TEXT 3: abc", "TEXT 1: d"]),
        ["a close within a message"] = ([Text("a", false), Close(1001)], ["close 1001: "]),
        ["a character split over fragments"] = (
            [Text(Euro[..1], false), More(Euro[1..2], false), Ping(""), More(Euro[2..])], ["PING 0: ", "TEXT 3: €"]),
        ["a long character split over frames"] = (
            [Text("x😀"u8[..3].ToArray(), false), More("x😀"u8[3..].ToArray())], ["TEXT 5: x😀"]),
        ["an unfinished message"] = ([Text("a"), Text("b", false)], ["TEXT 1: a"]),
        ["an unfinished frame"] = ([Text("a"), Text("bcd")[..^1]], ["TEXT 1: a"]),
        ["an unfinished head"] = ([Text("a"), Binary(new byte[70_000])[..13]], ["TEXT 1: a"]),

        ["reserved bit 1"] = ([Head(0xC1, 0)], [Reserved]),
        ["reserved bit 2"] = ([Head(0xA1, 0)], [Reserved]),
        ["reserved bit 3"] = ([Head(0x91, 0)], [Reserved]),
        ["opcode 3"] = ([Head(0x83, 0)], ["error 1002: Opcode 3 is unknown."]),
        ["opcode 7"] = ([Head(0x87, 0)], ["error 1002: Opcode 7 is unknown."]),
        ["opcode 11"] = ([Head(0x8B, 0)], ["error 1002: Opcode 11 is unknown."]),
        ["opcode 15"] = ([Head(0x8F, 0)], ["error 1002: Opcode 15 is unknown."]),
        ["no mask"] = ([Text("a"), Head(0x81, 0, masked: false)], ["TEXT 1: a", "error 1002: A client must mask its frames."]),
        ["a fragmented ping"] = ([Head(0x09, 0)], [Fragmented]),
        ["a fragmented close"] = ([Head(0x08, 0)], [Fragmented]),
        ["a ping of 126 bytes"] = ([Frame(WebSocketOpcode.Ping, new byte[126])], [LongControl]),
        ["a close of 65,536 bytes"] = ([Frame(WebSocketOpcode.Close, new byte[65_536])], [LongControl]),
        ["a continuation of nothing"] = ([More("a")], ["error 1002: There is no message to continue."]),
        ["a continuation after the end"] = (
            [Text("a", false), More("b"), More("c", false)],
            ["TEXT 2: ab", "error 1002: There is no message to continue."]),
        ["a message within a message"] = ([Text("a", false), Text("b")], ["error 1002: The message before has not ended."]),
        ["bytes within a text"] = (
            [Text("a", false), Binary([1], false)], ["error 1002: The message before has not ended."]),
        ["a length with the top bit"] = (
            [Head(0x82, long.MinValue, form: 64)], ["error 1002: The top bit of a 64-bit length must be 0."]),
        ["125 in 16 bits"] = ([Head(0x82, 125, form: 16)], [NotMinimal]),
        ["0 in 16 bits"] = ([Head(0x82, 0, form: 16)], [NotMinimal]),
        ["125 in 64 bits"] = ([Head(0x82, 125, form: 64)], [NotMinimal]),
        ["65,535 in 64 bits"] = ([Head(0x82, 65_535, form: 64)], [NotMinimal]),
        ["a close of one byte"] = ([Frame(WebSocketOpcode.Close, [3])], ["error 1002: A close code has two bytes."]),

        ["a stray continuation byte"] = ([Text([0x61, 0x80])], [BadText]),
        ["an overlong slash"] = ([Text([0xC0, 0xAF])], [BadText]),
        ["an overlong zero of three bytes"] = ([Text([0xE0, 0x80, 0x80])], [BadText]),
        ["half a surrogate pair"] = ([Text([0xED, 0xA0, 0x80])], [BadText]),
        ["a character beyond Unicode"] = ([Text([0xF4, 0x90, 0x80, 0x80])], [BadText]),
        ["a text cut within a character"] = ([Text(Euro[..2])], [BadText]),
        ["fragments cut within a character"] = ([Text(Euro[..2], false), More("")], [BadText]),
        ["a character broken over fragments"] = ([Text(Euro[..2], false), More("a")], [BadText]),
        ["a bad first fragment"] = ([Text([0xFF], false)], [BadText]),
        ["a bad beginning of a fragment"] = ([Text("a", false), More([0xED, 0xA0], false)], [BadText]),
        ["the beginning of a bad frame"] = ([Text([0xF4, 0x90, 0x80, 0x80])[..8]], [BadText]),
        ["a bad close reason"] = ([Close(1000, [0xC3, 0x28])], [BadText]),

        ["one byte too many"] = ([Head(0x82, Limit + 1)], [TooBig]),
        ["the greatest length"] = ([Head(0x82, long.MaxValue)], [TooBig]),
        ["fragments too big together"] = ([Binary(new byte[60_000], false), Head(0x80, 40_001)], [TooBig]),
        ["fragments as big as allowed"] = (
            [Binary(new byte[60_000], false), More(new byte[40_000])],
            [Client.Line(WebSocketOpcode.Binary, new byte[Limit])]),
        ["a huge fragment after a small one"] = ([Text("a", false), Head(0x00, long.MaxValue)], [TooBig]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Each_case_is_read_as_written_down(string name)
    {
        var (frames, events) = Cases[name];
        var heard = Client.Hear(Pieces.Whole([.. frames.SelectMany(frame => frame)]), Limit);
        Assert.Equal(events, heard);
    }

    [Theory, MemberData(nameof(Names))]
    public void Chunking_never_changes_the_events(string name)
    {
        byte[] stream = [.. Cases[name].Frames.SelectMany(frame => frame)];
        var whole = Client.Hear(Pieces.Whole(stream), Limit);
        Assert.Equal(whole, Client.Hear(Pieces.Bytes(stream), Limit));
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            Assert.Equal(whole, Client.Hear(Pieces.AtRandom(stream, random, longest: 1 << random.Next(1, 16)), Limit));
        }
    }

    [Theory]
    [InlineData(0), InlineData(999), InlineData(1004), InlineData(1005), InlineData(1006), InlineData(1015)]
    [InlineData(1016), InlineData(2000), InlineData(2999), InlineData(5000), InlineData(65535)]
    public void A_close_code_that_must_not_be_sent_is_an_error(int code) =>
        Assert.Equal([$"error 1002: {code} is no close code to send."], Client.Hear([Close(code)]));

    [Theory]
    [InlineData(1000), InlineData(1003), InlineData(1007), InlineData(1014), InlineData(3000), InlineData(4999)]
    public void A_close_code_for_the_wire_is_taken(int code) =>
        Assert.Equal([$"close {code}: "], Client.Hear([Close(code)]));

    [Fact]
    public void Without_a_limit_an_array_is_the_limit()
    {
        Assert.Empty(Client.Hear([Head(0x82, Array.MaxLength)]));
        Assert.Equal(
            [$"error 1009: A message may have at most {Array.MaxLength} bytes."],
            Client.Hear([Head(0x82, Array.MaxLength + 1L)]));
    }

    [Fact]
    public void The_limit_does_not_concern_control_frames() =>
        Assert.Equal(["PING 4: ping", "TEXT 0: ", "close 1000: bye"],
            Client.Hear([Ping("ping"), Text(""), Close(1000, "bye")], limit: 1));

    [Fact]
    public void A_message_too_big_is_refused_before_its_payload_arrives()
    {
        using var client = new Client(limit: 10);
        client.Receive(Head(0x81, 11));
        Assert.Equal(["error 1009: A message may have at most 10 bytes."], client.Events);
    }

    [Fact]
    public void Bad_text_fails_the_frame_before_it_is_complete()
    {
        using var client = new Client();
        client.Receive(Text([0x61, 0xED, 0xA0, 0x80, 0x62, 0x63])[..9]);
        Assert.Equal([BadText], client.Events);
    }

    [Fact]
    public void A_message_in_one_piece_is_delivered_where_it_lies()
    {
        using var decoder = new WebSocketDecoder(0);
        var stream = Text("hello");
        Assert.True(decoder.Read(stream, out var consumed, out var received));
        Assert.Equal(stream.Length, consumed);
        Assert.True(received.Payload.Span.Overlaps(stream));
        Assert.Equal("hello", Encoding.UTF8.GetString(stream.AsSpan(6)));
    }

    [Fact]
    public void A_negative_limit_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketDecoder(-1));

    static (byte[][] Frames, string[] Events) Long(int length)
    {
        var payload = Encoding.ASCII.GetBytes(new string('x', length));
        return (
            [Text(payload), Binary(payload), Binary(payload[1..], false), More(payload[..1])],
            [
                Client.Line(WebSocketOpcode.Text, payload),
                Client.Line(WebSocketOpcode.Binary, payload),
                Client.Line(WebSocketOpcode.Binary, payload),
            ]);
    }
}
