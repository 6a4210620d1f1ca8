using Gateway.Testing;

namespace Gateway.Core.Tests.Testing;

public class HttpReplyTests
{
    [Fact]
    public async Task A_chunked_body_is_put_together_and_its_trailers_are_passed()
    {
        await using var server = ScriptedServer.Sending(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nB;name=value\r\n, and more \r\n0\r\nX-Sum: 1\r\n\r\n"
            + "HTTP/1.1 204 No Content\r\n\r\n");
        await using var client = await WireClient.ConnectAsync(server.Address);

        Assert.Equal("hello, and more ", (await client.ReadReplyAsync()).Text);
        var next = await client.ReadReplyAsync();
        Assert.Equal((204, "No Content"), (next.Status, next.Reason));
    }

    [Fact]
    public async Task A_header_is_found_in_any_case_with_all_its_values()
    {
        await using var server = ScriptedServer.Sending(
            "HTTP/1.1 404 Not Found\r\nSet-Cookie: a=1\r\nset-cookie:b=2 \r\nContent-Length: 4\r\n\r\nnonerest");
        await using var client = await WireClient.ConnectAsync(server.Address);

        var reply = await client.ReadReplyAsync();

        Assert.Equal(["a=1", "b=2"], reply.Headers["SET-COOKIE"]);
        Assert.Equal("a=1, b=2", reply.Header("Set-Cookie"));
        Assert.Null(reply.Header("Allow"));
        Assert.Equal("none", reply.Text);
    }

    [Fact]
    public async Task A_body_of_no_stated_length_goes_up_to_the_close()
    {
        await using var server = ScriptedServer.Sending("HTTP/1.0 200 OK\r\n\r\nall of it");
        await using var client = await WireClient.ConnectAsync(server.Address);

        Assert.Equal("all of it", (await client.ReadReplyAsync()).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    public async Task A_response_cut_short_is_a_fault(string sent)
    {
        await using var server = ScriptedServer.Sending(sent);
        await using var client = await WireClient.ConnectAsync(server.Address);

        await Assert.ThrowsAsync<EndOfStreamException>(() => client.ReadReplyAsync());
    }

    [Theory]
    [InlineData("channels.value 1\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno header\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfive\r\nhello\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n")]
    public async Task What_is_no_response_is_a_fault(string sent)
    {
        await using var server = ScriptedServer.Sending(sent);
        await using var client = await WireClient.ConnectAsync(server.Address);

        await Assert.ThrowsAsync<InvalidDataException>(() => client.ReadReplyAsync());
    }
}
