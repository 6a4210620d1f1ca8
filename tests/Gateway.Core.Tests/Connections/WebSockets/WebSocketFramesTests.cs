using System.Text;
using Gateway.Core.Connections.WebSockets;

namespace Gateway.Core.Tests.Connections.WebSockets;

public class WebSocketFramesTests
{
    [Fact]
    public void The_frames_are_those_of_the_rfc()
    {
        Assert.Equal([0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F], WebSocketFrames.Text("Hello"u8));
        Assert.Equal([0x82, 0x01, 0xFF], WebSocketFrames.Binary([0xFF]));
        Assert.Equal([0x89, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F], WebSocketFrames.Ping("Hello"u8));
        Assert.Equal([0x8A, 0x00], WebSocketFrames.Pong([]));
        Assert.Equal([0x88, 0x05, 0x03, 0xE8, 0x62, 0x79, 0x65], WebSocketFrames.Close(1000, "bye"));
        Assert.Equal([0x88, 0x00], WebSocketFrames.Close(1005, "not said"));
    }

    [Theory]
    [InlineData(0, "8200")]
    [InlineData(125, "827D")]
    [InlineData(126, "827E007E")]
    [InlineData(65_535, "827EFFFF")]
    [InlineData(65_536, "827F0000000000010000")]
    [InlineData(int.MaxValue, "827F000000007FFFFFFF")]
    public void A_length_takes_as_few_bytes_as_possible(int payload, string expected)
    {
        var head = new byte[10];
        var written = WebSocketFrames.WriteHeader(head, WebSocketOpcode.Binary, payload);
        Assert.Equal(WebSocketFrames.HeaderLength(payload), written);
        Assert.Equal(expected, Convert.ToHexString(head, 0, written));
    }

    [Theory]
    [InlineData("r", 123), InlineData("ü", 122), InlineData("€", 123), InlineData("😀", 120)]
    public void A_long_close_reason_is_cut_after_a_whole_character(string character, int expected)
    {
        var frame = WebSocketFrames.Close(1011, string.Concat(Enumerable.Repeat(character, 200)));
        Assert.Equal(expected, frame.Length - 4);
        Assert.Equal(frame.Length - 2, frame[1]);
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        Assert.Equal(string.Concat(Enumerable.Repeat(character, 200))[..strict.GetString(frame[4..]).Length],
            strict.GetString(frame[4..]));
    }

    [Fact]
    public void Half_a_surrogate_pair_in_a_reason_is_replaced() =>
        Assert.Equal("a\uFFFDb"u8.ToArray(), WebSocketFrames.Close(1000, "a\uD83Db")[4..]);

    [Theory]
    [InlineData(0), InlineData(999), InlineData(1004), InlineData(1006), InlineData(1015), InlineData(5000)]
    public void A_code_that_must_not_be_sent_is_refused(ushort code) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => WebSocketFrames.Close(code, ""));

    [Fact]
    public void A_control_frame_of_more_than_125_bytes_is_refused()
    {
        Assert.Equal(127, WebSocketFrames.Ping(new byte[125]).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => WebSocketFrames.Ping(new byte[126]));
        Assert.Throws<ArgumentOutOfRangeException>(() => WebSocketFrames.Pong(new byte[126]));
    }
}
