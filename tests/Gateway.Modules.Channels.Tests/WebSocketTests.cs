using System.Text;
using Gateway.Testing;

namespace Gateway.Modules.Channels.Tests;

/// <summary>The conversation on an open WebSocket.</summary>
public class WebSocketTests(ChannelsGateway gateway) : IClassFixture<ChannelsGateway>
{
    [Theory, EveryDoor]
    public async Task A_message_goes_to_all_on_the_channel_its_sender_included(Door door)
    {
        string channel = gateway.NewChannel();
        await using var sender = await gateway.SubscribeAsync(door, channel);
        await using var other = await gateway.SubscribeAsync(door, channel);
        await using var elsewhere = await gateway.SubscribeAsync(door, gateway.NewChannel());
        await sender.SendTextAsync("grüß dich 😀");
        Assert.Equal("grüß dich 😀", await sender.ReadTextAsync());
        Assert.Equal("grüß dich 😀", await other.ReadTextAsync());
        await elsewhere.SyncAsync();
    }

    [Theory, EveryDoor]
    public async Task An_empty_message_is_answered_to_its_sender_only(Door door)
    {
        string channel = gateway.NewChannel();
        await using var sender = await gateway.SubscribeAsync(door, channel);
        await using var other = await gateway.SubscribeAsync(door, channel);
        await sender.SendTextAsync("");
        await sender.SendTextAsync("next");
        Assert.Equal(["", "next"], await sender.ReadTextsAsync(2));
        Assert.Equal("next", await other.ReadTextAsync());
    }

    [Theory, EveryDoor]
    public async Task Binary_stays_binary_and_text_stays_text(Door door)
    {
        string channel = gateway.NewChannel();
        await using var client = await gateway.SubscribeAsync(door, channel);
        await client.SendBinaryAsync(new byte[] { 0xff, 0xfe, 0 });
        await client.SendTextAsync("text");
        var frame = await client.ReadFrameAsync();
        Assert.Equal((WireOpcode.Binary, true, 0), (frame.Opcode, frame.Fin, frame.Rsv));
        Assert.Equal([0xff, 0xfe, 0], frame.Payload);
        Assert.Equal("text", await client.ReadTextAsync());
    }

    [Theory, EveryDoor]
    public async Task Fragments_come_out_as_one_frame(Door door)
    {
        string channel = gateway.NewChannel();
        await using var client = await gateway.SubscribeAsync(door, channel);
        byte[] text = Encoding.UTF8.GetBytes("größer 😀");
        await client.SendFrameAsync(WireOpcode.Text, text.AsMemory(0, 3), fin: false);
        await client.SendFrameAsync(WireOpcode.Ping, "between"u8.ToArray());
        await client.SendFrameAsync(WireOpcode.Continuation, text.AsMemory(3, 7), fin: false);
        await client.SendFrameAsync(WireOpcode.Continuation, default, fin: false);
        await client.SendFrameAsync(WireOpcode.Continuation, text.AsMemory(10));
        var pong = await client.ReadFrameAsync();
        Assert.Equal((WireOpcode.Pong, "between"), (pong.Opcode, pong.Text));
        var frame = await client.ReadFrameAsync();
        Assert.Equal((WireOpcode.Text, true, "größer 😀"), (frame.Opcode, frame.Fin, frame.Text));
    }

    [Theory, EveryDoor]
    public async Task A_message_may_be_sent_byte_by_byte(Door door)
    {
        string channel = gateway.NewChannel();
        await using var client = await gateway.SubscribeAsync(door, channel);
        byte[] frame = [0x81, 0x83, 9, 8, 7, 6, (byte)'a' ^ 9, (byte)'b' ^ 8, (byte)'c' ^ 7];
        foreach (byte one in frame)
            await client.SendAsync(new[] { one });
        Assert.Equal("abc", await client.ReadTextAsync());
    }

    [Theory, EveryDoor(1), EveryDoor(125), EveryDoor(126), EveryDoor(65535), EveryDoor(65536)]
    public async Task A_message_may_have_up_to_65536_bytes(Door door, int size)
    {
        string channel = gateway.NewChannel();
        await using var client = await gateway.SubscribeAsync(door, channel);
        await client.SendTextAsync(new string('x', size));
        Assert.Equal(new string('x', size), await client.ReadTextAsync());
    }

    [Theory, EveryDoor(false), EveryDoor(true)]
    public async Task A_larger_message_ends_the_connection_with_1009(Door door, bool fragmented)
    {
        string channel = gateway.NewChannel();
        await using var other = await gateway.SubscribeAsync(door, channel);
        await using var client = await gateway.SubscribeAsync(door, channel);
        if (fragmented)
            await client.SendFrameAsync(WireOpcode.Binary, new byte[65536], fin: false);
        await client.SendFrameAsync(fragmented ? WireOpcode.Continuation : WireOpcode.Binary, new byte[fragmented ? 1 : 65537]);
        var close = await client.ReadCloseAsync();
        Assert.Equal(1009, close.CloseCode);
        Assert.Contains("65536", close.CloseReason, StringComparison.Ordinal);
        await other.SyncAsync();
    }

    [Theory, EveryDoor]
    public async Task A_message_that_announces_too_much_is_refused_before_it_comes(Door door)
    {
        await using var client = await gateway.SubscribeAsync(door, gateway.NewChannel());
        await client.SendAsync(new byte[] { 0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4 });
        Assert.Equal(1009, (await client.ReadCloseAsync()).CloseCode);
    }

    [Theory, EveryDoor]
    public async Task Text_that_is_not_UTF8_ends_the_connection_with_1007(Door door)
    {
        string channel = gateway.NewChannel();
        await using var other = await gateway.SubscribeAsync(door, channel);
        await using var client = await gateway.SubscribeAsync(door, channel);
        await client.SendFrameAsync(WireOpcode.Text, new byte[] { 0xff, 0xfe });
        var close = await client.ReadCloseAsync();
        Assert.Equal(1007, close.CloseCode);
        Assert.NotEmpty(close.CloseReason);
        await other.SyncAsync();
    }

    [Theory, EveryDoor]
    public async Task A_character_that_its_fragments_leave_unfinished_ends_the_connection_with_1007(Door door)
    {
        await using var client = await gateway.SubscribeAsync(door, gateway.NewChannel());
        await client.SendFrameAsync(WireOpcode.Text, new byte[] { (byte)'a', 0xc3 }, fin: false);
        await client.SendFrameAsync(WireOpcode.Continuation, new byte[] { (byte)'b' });
        Assert.Equal(1007, (await client.ReadCloseAsync()).CloseCode);
    }

    [Theory, EveryDoor(0), EveryDoor(1), EveryDoor(125)]
    public async Task A_ping_is_answered_with_its_payload(Door door, int size)
    {
        await using var client = await gateway.SubscribeAsync(door, gateway.NewChannel());
        byte[] payload = [.. Enumerable.Range(0, size).Select(i => (byte)(i * 2))];
        await client.SendFrameAsync(WireOpcode.Ping, payload);
        var pong = await client.ReadFrameAsync();
        Assert.Equal(WireOpcode.Pong, pong.Opcode);
        Assert.Equal(payload, pong.Payload);
    }

    [Theory, EveryDoor]
    public async Task A_pong_that_nobody_asked_for_is_ignored(Door door)
    {
        await using var client = await gateway.SubscribeAsync(door, gateway.NewChannel());
        await client.SendFrameAsync(WireOpcode.Pong, "x"u8.ToArray());
        await client.SyncAsync();
    }

    [Theory, EveryDoor(1000), EveryDoor(1001), EveryDoor(1011), EveryDoor(3000), EveryDoor(4999)]
    public async Task A_clients_close_is_answered_with_its_code(Door door, int code)
    {
        await using var client = await gateway.SubscribeAsync(door, gateway.NewChannel());
        await client.SendCloseAsync(code, "bye");
        var close = await client.ReadFrameAsync();
        Assert.Equal((WireOpcode.Close, code), (close.Opcode, close.CloseCode));
        Assert.Equal(WireEnd.EndOfStream, (await client.ReadFrameAsync()).End);
    }

    [Theory, EveryDoor]
    public async Task A_clients_close_without_a_code_is_answered_without_one(Door door)
    {
        await using var client = await gateway.SubscribeAsync(door, gateway.NewChannel());
        await client.SendCloseAsync(code: null);
        var close = await client.ReadFrameAsync();
        Assert.Equal(WireOpcode.Close, close.Opcode);
        Assert.Empty(close.Payload);
        Assert.Equal(WireEnd.EndOfStream, (await client.ReadFrameAsync()).End);
    }

    [Theory, EveryDoor]
    public async Task What_a_client_published_before_its_close_reaches_the_others(Door door)
    {
        string channel = gateway.NewChannel();
        await using var other = await gateway.SubscribeAsync(door, channel);
        await using var client = await gateway.SubscribeAsync(door, channel);
        string[] texts = [.. Enumerable.Range(0, 100).Select(i => $"{i}")];
        await client.SendTextsAsync(texts);
        await client.SendCloseAsync(1000);
        Assert.Equal(1000, (await client.ReadCloseAsync()).CloseCode);
        Assert.Equal(texts, await other.ReadTextsAsync(texts.Length));
    }

    public static TheoryData<Door, string, string> BrokenFrames()
    {
        var rows = new TheoryData<Door, string, string>();
        foreach (var door in Enum.GetValues<Door>())
        {
            rows.Add(door, "RSV1", "C1 81 00000000 61");
            rows.Add(door, "RSV2", "A1 81 00000000 61");
            rows.Add(door, "RSV3", "91 81 00000000 61");
            rows.Add(door, "unknown data opcode", "83 81 00000000 61");
            rows.Add(door, "unknown control opcode", "8B 80 00000000");
            rows.Add(door, "unmasked", "81 01 61");
            rows.Add(door, "fragmented ping", "09 81 00000000 61");
            rows.Add(door, "fragmented close", "08 82 00000000 03E8");
            rows.Add(door, "ping of 126 bytes", "89 FE 007E 00000000" + string.Concat(Enumerable.Repeat("61", 126)));
            rows.Add(door, "stray continuation", "80 81 00000000 61");
            rows.Add(door, "message within a message", "01 81 00000000 61 81 81 00000000 62");
            rows.Add(door, "length in too many bytes", "81 FE 0001 00000000 61");
            rows.Add(door, "length with its top bit", "81 FF 8000000000000001 00000000 61");
            rows.Add(door, "close of 1 byte", "88 81 00000000 03");
            foreach (int code in new[] { 0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535 })
                rows.Add(door, $"close with {code}", $"88 82 00000000 {code:X4}");
        }
        return rows;
    }

    [Theory, MemberData(nameof(BrokenFrames))]
    public async Task Broken_framing_ends_the_connection_with_1002(Door door, string what, string hex)
    {
        string channel = gateway.NewChannel();
        await using var other = await gateway.SubscribeAsync(door, channel);
        await using (var client = await gateway.SubscribeAsync(door, channel))
        {
            await client.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
            WireFrame frame;
            do
                frame = await client.ReadFrameAsync();
            while (frame.Opcode is WireOpcode.Text);
            Assert.True(frame.CloseCode == 1002, $"{what}: {frame}");
            Assert.NotEmpty(frame.CloseReason);
        }
        await other.SyncAsync();
    }

    [Theory, EveryTransport]
    public async Task After_broken_framing_the_connection_ends_whatever_the_client_does(Door door)
    {
        await using var client = await gateway.SubscribeAsync(door, gateway.NewChannel());
        await client.SendAsync(new byte[] { 0xff, 0xff });
        Assert.Equal(1002, (await client.ReadFrameAsync()).CloseCode);
        Assert.Empty((await client.ReadToEndAsync()).Bytes);
    }
}
