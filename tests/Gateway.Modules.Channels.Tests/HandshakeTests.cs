using System.Text;

namespace Gateway.Modules.Channels.Tests;

/// <summary>How a WebSocket is asked for, and what is answered.</summary>
public class HandshakeTests(ChannelsGateway gateway) : IClassFixture<ChannelsGateway>
{
    [Theory, EveryDoor]
    public async Task The_answer_has_the_headers_of_the_handshake_and_no_others(Door door)
    {
        var reply = await gateway.UpgradeAsync(door, "/a", ("Sec-WebSocket-Protocol", "chat"), ("Sec-WebSocket-Extensions", "permessage-deflate"));
        Assert.Equal((101, "websocket", "Upgrade"), (reply.Status, reply.Header("Upgrade"), reply.Header("Connection")));
        Assert.Equal(["Connection", "Date", "Sec-WebSocket-Accept", "Upgrade"], reply.Headers.Select(header => header.Key).Order());
    }

    [Theory]
    [EveryDoor("WebSocket", "Upgrade"), EveryDoor("WEBSOCKET", "UPGRADE, keep-alive"), EveryDoor("websocket", "keep-alive,upgrade"), EveryDoor("h2c, websocket", "Upgrade")]
    public async Task The_words_of_the_handshake_have_no_case(Door door, string upgrade, string connection)
    {
        Assert.Equal(101, (await gateway.UpgradeAsync(door, "/a", ("Upgrade", upgrade), ("Connection", connection))).Status);
    }

    [Theory]
    [EveryDoor("Upgrade", "websockets"), EveryDoor("Upgrade", "h2c"), EveryDoor("Connection", "keep-alive")]
    public async Task A_request_for_something_else_gets_the_page(Door door, string header, string value)
    {
        var reply = await gateway.UpgradeAsync(door, "/a", (header, value));
        Assert.Equal((200, "text/html; charset=utf-8"), (reply.Status, reply.Header("Content-Type")));
    }

    [Theory]
    [EveryDoor("Sec-WebSocket-Version", "12"), EveryDoor("Sec-WebSocket-Version", ""), EveryDoor("Sec-WebSocket-Version", "13, 8")]
    [EveryDoor("Sec-WebSocket-Key", ""), EveryDoor("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZ"), EveryDoor("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j")]
    [EveryDoor("Sec-WebSocket-Key", "!!hlIHNhbXBsZSBub25jZQ==")]
    public async Task A_wrong_version_or_key_is_refused_with_the_right_version(Door door, string header, string value)
    {
        var reply = await gateway.UpgradeAsync(door, "/a", (header, value.Length == 0 ? null : value));
        Assert.Equal((400, "13"), (reply.Status, reply.Header("Sec-WebSocket-Version")));
    }

    [Theory, EveryDoor]
    public async Task Frames_that_come_with_the_handshake_are_served(Door door)
    {
        string channel = gateway.NewChannel();
        await using var client = await gateway.ConnectAsync(door);
        byte[] frame = [0x81, 0x82, 1, 2, 3, 4, (byte)'h' ^ 1, (byte)'i' ^ 2];
        byte[] request = Encoding.ASCII.GetBytes(
            $"GET {ChannelsGateway.Target(door, channel)} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        await client.SendAsync((byte[])[.. request, .. frame, .. frame]);
        var reply = await client.ReadReplyAsync();
        Assert.Equal((101, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), (reply.Status, reply.Header("Sec-WebSocket-Accept")));
        Assert.Equal(["hi", "hi"], await client.ReadTextsAsync(2));
    }

    [Theory, EveryDoor]
    public async Task A_connection_that_has_been_used_for_requests_can_become_a_WebSocket(Door door)
    {
        string channel = gateway.NewChannel();
        await using var client = await gateway.ConnectAsync(door);
        for (int i = 0; i < 3; i++)
            Assert.Equal(200, (await client.RequestAsync("GET", ChannelsGateway.Target(door, channel))).Status);
        Assert.Equal(101, (await client.UpgradeAsync(ChannelsGateway.Target(door, channel))).Status);
        await client.SyncAsync();
    }
}
