using System.Text;
using Gateway.Testing;

namespace Gateway.Modules.Channels.Tests;

/// <summary>What a channel's path answers to plain HTTP.</summary>
public class HttpSurfaceTests(ChannelsGateway gateway) : IClassFixture<ChannelsGateway>
{
    const string NotUnicode = "Error: bad request. Path must be valid Unicode (UTF-8).\n";
    const string TooLong = "Error: bad request. Path length must be 1-256 Unicode characters (UTF-8).\n";
    const string Malformed = "Error: bad request. Path has a malformed percent escape.\n";

    [Theory, EveryDoor("/"), EveryDoor("/a"), EveryDoor("/a/b/"), EveryDoor("/sub/%C3%A4?query=1")]
    public async Task A_GET_gets_the_page_of_the_channel(Door door, string channel)
    {
        var reply = await gateway.RequestAsync(door, "GET", channel);
        Assert.Equal(200, reply.Status);
        Assert.Equal("text/html; charset=utf-8", reply.Header("Content-Type"));
        Assert.Equal($"{reply.Body.Length}", reply.Header("Content-Length"));
        Assert.Contains("<html>", reply.Text, StringComparison.Ordinal);
        Assert.NotNull(reply.Header("Date"));
        Assert.Null(reply.Header("Server"));
    }

    [Theory, EveryDoor]
    public async Task A_POST_is_answered_OK_with_the_number_of_its_receivers(Door door)
    {
        string channel = gateway.NewChannel();
        await using var first = await gateway.SubscribeAsync(door, channel);
        await using var second = await gateway.SubscribeAsync(door, channel);

        var reply = await gateway.PostAsync(door, channel, "hello");
        Assert.Equal((200, "OK\n", "2"), (reply.Status, reply.Text, reply.Header("X-Subscribers")));
        Assert.Equal("text/plain; charset=utf-8", reply.Header("Content-Type"));
        Assert.Null(reply.Header("Server"));
        Assert.Equal("hello", await first.ReadTextAsync());
        Assert.Equal("hello", await second.ReadTextAsync());
    }

    [Theory, EveryDoor]
    public async Task A_POST_that_nobody_hears_is_answered_OK_as_well(Door door)
    {
        var reply = await gateway.PostAsync(door, gateway.NewChannel(), "hello");
        Assert.Equal((200, "OK\n", "0"), (reply.Status, reply.Text, reply.Header("X-Subscribers")));
    }

    [Theory, EveryDoor]
    public async Task An_empty_POST_is_answered_OK_and_goes_to_nobody(Door door)
    {
        string channel = gateway.NewChannel();
        await using var client = await gateway.SubscribeAsync(door, channel);

        var reply = await gateway.PostAsync(door, channel, "");
        Assert.Equal((200, "OK\n", "0"), (reply.Status, reply.Text, reply.Header("X-Subscribers")));
        await gateway.PostAsync(door, channel, "next");
        Assert.Equal("next", await client.ReadTextAsync());
    }

    [Theory, EveryDoor("HEAD"), EveryDoor("PUT"), EveryDoor("DELETE"), EveryDoor("OPTIONS"), EveryDoor("PATCH")]
    public async Task Other_methods_are_refused_with_those_that_are_allowed(Door door, string method)
    {
        var reply = await gateway.RequestAsync(door, method, "/a");
        Assert.Equal((405, "GET, POST"), (reply.Status, reply.Header("Allow")));
        Assert.Empty(reply.Body);
    }

    [Theory, EveryDoor("/%ff", NotUnicode), EveryDoor("/a%C3", NotUnicode), EveryDoor("/%ed%a0%80", NotUnicode)]
    [EveryDoor("/%zz", Malformed), EveryDoor("/a%4", Malformed), EveryDoor("/a%", Malformed)]
    public Task A_path_that_is_no_text_is_refused_on_every_route(Door door, string channel, string text) =>
        RefusedAsync(door, channel, text);

    [Theory, EveryDoor("a"), EveryDoor("%C3%A4"), EveryDoor("%F0%9F%98%80")]
    public async Task A_path_may_have_256_characters_however_many_bytes_they_take(Door door, string character)
    {
        string longest = "/" + string.Concat(Enumerable.Repeat(character, 255));
        Assert.Equal(200, (await gateway.RequestAsync(door, "GET", longest)).Status);
        Assert.Equal(101, (await gateway.UpgradeAsync(door, longest)).Status);
        Assert.Equal(200, (await gateway.PostAsync(door, longest, "hello")).Status);

        await RefusedAsync(door, longest + character, TooLong);
    }

    [Theory, EveryDoor]
    public async Task A_WebSocket_cannot_be_asked_for_by_POST(Door door)
    {
        string channel = gateway.NewChannel();
        await using var listener = await gateway.SubscribeAsync(door, channel);

        var reply = await gateway.PostAsync(door, channel, "hello",
            ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="));
        Assert.Equal((405, "GET", "13"), (reply.Status, reply.Header("Allow"), reply.Header("Sec-WebSocket-Version")));
        Assert.Empty(reply.Body);
        await listener.SyncAsync();
    }

    [Theory, EveryDoor]
    public async Task A_query_is_no_part_of_the_channel(Door door)
    {
        string channel = gateway.NewChannel();
        await using var client = await gateway.SubscribeAsync(door, channel + "?token=/x");
        await gateway.PostAsync(door, channel + "?y=%zz", "hello");
        Assert.Equal("hello", await client.ReadTextAsync());
    }

    [Theory]
    [EveryDoor("/%70%31", "/p1"), EveryDoor("/%c3%A4", "/%C3%a4"), EveryDoor("/a%2Fb", "/a/b"), EveryDoor("/a%2e", "/a."), EveryDoor("/1+1", "/1%2b1")]
    public async Task One_name_may_be_written_in_several_ways(Door door, string written, string same)
    {
        await using var client = await gateway.SubscribeAsync(door, written);
        Assert.Equal(200, (await gateway.PostAsync(door, same, "hello")).Status);
        Assert.Equal("hello", await client.ReadTextAsync());
    }

    [Theory]
    [EveryDoor("/a", "/a/"), EveryDoor("/a", "//a"), EveryDoor("/a", "/A"), EveryDoor("/a", "/./a"), EveryDoor("/b", "/a/../b")]
    [EveryDoor("/b", "/a/%2e%2e/b"), EveryDoor("/", "//"), EveryDoor("/a b", "/a%20b%20"), EveryDoor("/ä", "/a")]
    public async Task Names_are_taken_literally(Door door, string channel, string other)
    {
        string escaped = Uri.EscapeDataString(channel).Replace("%2F", "/", StringComparison.Ordinal);
        await using var client = await gateway.SubscribeAsync(door, escaped);
        await using var otherClient = await gateway.SubscribeAsync(door, other);

        var reply = await gateway.PostAsync(door, other, "other");
        Assert.Equal((200, null), (reply.Status, reply.Header("Location")));
        Assert.Equal(200, (await gateway.PostAsync(door, escaped, "own")).Status);
        Assert.Equal("other", await otherClient.ReadTextAsync());
        Assert.Equal("own", await client.ReadTextAsync());
    }

    [Theory]
    [InlineData("/channels", "/"), InlineData("/channels/", "/"), InlineData("/channels//", "//"), InlineData("/channels/../metrics", "/../metrics")]
    public async Task All_doors_lead_to_the_same_channels(string shared, string own)
    {
        await using var client = await gateway.SubscribeAsync(Door.OwnAddress, own);
        await using var poster = await gateway.ConnectAsync(Door.SharedPathTls);
        Assert.Equal(200, (await poster.RequestAsync("POST", shared, "hello")).Status);
        Assert.Equal("hello", await client.ReadTextAsync());
    }

    [Theory, EveryDoor]
    public async Task A_request_may_name_the_whole_address(Door door)
    {
        string channel = gateway.NewChannel();
        await using var client = await gateway.SubscribeAsync(door, channel);
        await using var poster = await gateway.ConnectAsync(door);
        string target = $"http://gateway.test{ChannelsGateway.Target(door, channel)}?x";
        Assert.Equal(200, (await poster.RequestAsync("POST", target, "hello", ("Host", "gateway.test"))).Status);
        Assert.Equal("hello", await client.ReadTextAsync());
    }

    [Theory, EveryDoor]
    public async Task A_connection_serves_one_request_after_the_other_and_pipelined_ones_in_order(Door door)
    {
        string channel = gateway.NewChannel();
        await using var listener = await gateway.SubscribeAsync(door, channel);
        await using var client = await gateway.ConnectAsync(door);
        for (int i = 0; i < 3; i++)
            Assert.Equal(200, (await client.RequestAsync("POST", ChannelsGateway.Target(door, channel), $"{i}")).Status);

        string[] expected = [.. Enumerable.Range(3, 50).Select(i => $"{i}")];
        await client.SendAsync(string.Concat(expected.Select(text =>
            $"POST {ChannelsGateway.Target(door, channel)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {text.Length}\r\n\r\n{text}")));
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal("OK\n", (await client.ReadReplyAsync()).Text);
        Assert.Equal((string[])["0", "1", "2", .. expected], (IEnumerable<string>)await listener.ReadTextsAsync(53));
    }

    [Theory, EveryDoor]
    public async Task A_POSTed_text_must_be_UTF8(Door door)
    {
        string channel = gateway.NewChannel();
        await using var listener = await gateway.SubscribeAsync(door, channel);
        var reply = await gateway.PostAsync(door, channel, [0xff, 0xfe]);
        Assert.Equal(400, reply.Status);
        Assert.Contains("UTF-8", reply.Text, StringComparison.Ordinal);
        await listener.SyncAsync();
    }

    [Theory, EveryDoor("application/octet-stream"), EveryDoor("Application/Octet-Stream; x=y")]
    public async Task A_POST_of_bytes_comes_out_binary(Door door, string contentType)
    {
        string channel = gateway.NewChannel();
        await using var listener = await gateway.SubscribeAsync(door, channel);
        Assert.Equal(200, (await gateway.PostAsync(door, channel, [0xff, 0, 0xfe], contentType)).Status);
        var frame = await listener.ReadFrameAsync();
        Assert.Equal(WireOpcode.Binary, frame.Opcode);
        Assert.Equal([0xff, 0, 0xfe], frame.Payload);
    }

    [Theory, EveryDoor]
    public async Task A_POST_may_have_65536_bytes(Door door)
    {
        string channel = gateway.NewChannel();
        await using var listener = await gateway.SubscribeAsync(door, channel);
        byte[] body = Encoding.ASCII.GetBytes(new string('x', 65536));
        Assert.Equal(200, (await gateway.PostAsync(door, channel, body)).Status);
        var frame = await listener.ReadFrameAsync();
        Assert.True(frame.Fin);
        Assert.Equal(body, frame.Payload);
    }

    [Theory, EveryDoor]
    public async Task A_larger_POST_is_refused_as_soon_as_it_announces_itself(Door door)
    {
        string channel = gateway.NewChannel();
        await using var listener = await gateway.SubscribeAsync(door, channel);
        await using var client = await gateway.ConnectAsync(door);
        await client.SendAsync($"POST {ChannelsGateway.Target(door, channel)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\n");
        var reply = await client.ReadReplyAsync();
        Assert.Equal(413, reply.Status);
        Assert.Contains("65536", reply.Text, StringComparison.Ordinal);
        await listener.SyncAsync();
    }

    [Theory, EveryDoor(65536, 200), EveryDoor(65537, 413)]
    public async Task A_POST_in_chunks_has_the_same_limit(Door door, int size, int status)
    {
        string channel = gateway.NewChannel();
        await using var listener = await gateway.SubscribeAsync(door, channel);
        await using var client = await gateway.ConnectAsync(door);
        await client.SendAsync($"POST {ChannelsGateway.Target(door, channel)} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        await client.SendAsync($"{40000:x}\r\n{new string('a', 40000)}\r\n{size - 40000:x}\r\n{new string('b', size - 40000)}\r\n0\r\n\r\n");
        Assert.Equal(status, (await client.ReadReplyAsync()).Status);
        if (status == 200)
            Assert.Equal(new string('a', 40000) + new string('b', size - 40000), await listener.ReadTextAsync());
        await listener.SyncAsync();
    }

    async Task RefusedAsync(Door door, string channel, string text)
    {
        HttpReply[] replies =
        [
            await gateway.RequestAsync(door, "GET", channel),
            await gateway.PostAsync(door, channel, "hello"),
            await gateway.UpgradeAsync(door, channel),
        ];
        foreach (var reply in replies)
        {
            Assert.Equal((400, text), (reply.Status, reply.Text));
            Assert.Equal("text/plain; charset=utf-8", reply.Header("Content-Type"));
            Assert.Equal("nosniff", reply.Header("X-Content-Type-Options"));
        }
    }
}
