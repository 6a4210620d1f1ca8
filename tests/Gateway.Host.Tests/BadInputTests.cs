using System.Text;
using Gateway.Testing;

namespace Gateway.Host.Tests;

public class BadInputTests(ChannelsGateway gateway) : IClassFixture<ChannelsGateway>
{
    [Theory]
    [InlineData(400, "GET /channels/caf\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(400, "GET /channels/\0 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(400, "GET /channels/a b HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(400, "GET /channels/a\rHTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(400, "G\u00c9T /channels/a HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(400, "GET /channels/a HTTP/1.1\r\n\r\n")]
    [InlineData(400, "GET /channels/a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData(400, "GET /channels/a HTTP/1.1\r\nHost: a b\r\n\r\n")]
    [InlineData(400, "GET http://other/channels/a HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(400, "GET /channels/a HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n")]
    [InlineData(400, "POST /channels/a HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n")]
    [InlineData(400, "POST /channels/a HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n")]
    [InlineData(400, "POST /channels/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")]
    [InlineData(400, "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n\r\n")]
    [InlineData(505, "GET / HTTP/3.7\r\nHost: a\r\n\r\n")]
    public async Task Malformed_requests_are_refused(int status, string bytes)
    {
        await AssertAnsweredAsync(status, Encoding.Latin1.GetBytes(bytes));
    }

    [Theory]
    [InlineData("\u0001")]
    [InlineData("\u001f")]
    [InlineData("\u007f")]
    [InlineData("\"<>\\^`{|}")]
    public async Task Characters_that_the_web_server_lets_pass_are_answered(string characters)
    {
        await AssertAnsweredAsync(200, Encoding.Latin1.GetBytes($"GET /channels/{characters} HTTP/1.1\r\nHost: a\r\n\r\n"));
        await AssertAnsweredAsync(404, Encoding.Latin1.GetBytes($"GET /{characters} HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    [Fact]
    public async Task A_request_line_that_is_too_long_is_refused()
    {
        await AssertAnsweredAsync(414, Encoding.ASCII.GetBytes($"GET /channels/{new string('a', 16 * 1024)} HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    [Fact]
    public async Task Headers_that_are_too_long_are_refused()
    {
        await AssertAnsweredAsync(431, Encoding.ASCII.GetBytes($"GET /channels/a HTTP/1.1\r\nHost: a\r\nX: {new string('a', 40 * 1024)}\r\n\r\n"));
    }

    [Theory]
    [InlineData(200, "GET", "http://a/health/live")]
    [InlineData(200, "GET", "http://a/health/live?x=http://b/")]
    [InlineData(200, "GET", "http://a")]
    [InlineData(404, "GET", "http://a/nothing")]
    [InlineData(405, "OPTIONS", "*")]
    [InlineData(405, "OPTIONS", "/channels/a")]
    [InlineData(405, "GET", "channels")]
    [InlineData(405, "CONNECT", "a:80")]
    [InlineData(405, "BREW", "/channels/a")]
    public async Task Every_form_of_target_and_every_method_is_answered(int status, string method, string target)
    {
        await AssertAnsweredAsync(status, Encoding.ASCII.GetBytes($"{method} {target} HTTP/1.1\r\nHost: {(method == "CONNECT" ? target : "a")}\r\n\r\n"));
    }

    [Fact]
    public async Task The_absolute_form_opens_a_WebSocket_too()
    {
        await using var client = await WireClient.ConnectAsync(gateway.Address);

        Assert.Equal(101, (await client.UpgradeAsync($"{gateway.Address}/a")).Status);
    }

    [Fact]
    public async Task A_client_of_1996_is_served()
    {
        await AssertAnsweredAsync(200, "GET /health/live HTTP/1.0\r\n\r\n"u8.ToArray());
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        await using var subscriber = await Run.SubscribeAsync(gateway.Address, "/channels/pipelined");
        await using var client = await WireClient.ConnectAsync(gateway.Address);
        const string Head = " HTTP/1.1\r\nHost: a\r\n";

        await client.SendAsync(
            $"GET /health/live{Head}\r\nPOST /channels/pipelined{Head}Content-Length: 5\r\n\r\nhelloGET /nothing{Head}\r\nGET /{Head}Connection: close\r\n\r\n");

        foreach (int status in new[] { 200, 200, 404, 200 })
            Assert.Equal(status, (await client.ReadReplyAsync()).Status);
        Assert.Empty((await client.ReadToEndAsync()).Bytes);
        Assert.Equal("hello", (await subscriber.ReadMessageAsync()).Text);
    }

    async Task AssertAnsweredAsync(int status, byte[] bytes)
    {
        await using (var client = await WireClient.ConnectAsync(gateway.Address))
        {
            await client.SendAsync(bytes);
            Assert.Equal(status, (await client.ReadReplyAsync()).Status);
        }
        Assert.Equal(200, (await Run.GetAsync(gateway.Address, "/health/live")).Status);
    }
}
