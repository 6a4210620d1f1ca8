using Gateway.Core.Connections.WebSockets;

namespace Gateway.Core.Tests.Connections.WebSockets;

public class WebSocketHandshakeTests
{
    const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    [Fact]
    public void The_key_of_the_rfc_is_answered_as_there() =>
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", WebSocketHandshake.Accept(Key));

    [Theory]
    [InlineData("websocket", "Upgrade")]
    [InlineData("WebSocket", "upgrade")]
    [InlineData("websocket", "keep-alive, Upgrade")]
    [InlineData("h2c ,\twebsocket", "UPGRADE,close")]
    [InlineData("h2c|websocket", "keep-alive|Upgrade")]
    public void An_upgrade_is_seen_in_lists_and_lines_of_any_case(string upgrade, string connection) =>
        Assert.True(WebSocketHandshake.IsUpgrade(upgrade.Split('|'), connection.Split('|')));

    [Theory]
    [InlineData(null, "Upgrade")]
    [InlineData("websocket", null)]
    [InlineData("", "")]
    [InlineData("h2c", "Upgrade")]
    [InlineData("websocket", "keep-alive")]
    [InlineData("websockets", "Upgrade")]
    [InlineData("web socket", "Upgrade")]
    [InlineData("websocket", "Upgrade-Insecure")]
    public void Anything_else_is_no_upgrade(string? upgrade, string? connection) =>
        Assert.False(WebSocketHandshake.IsUpgrade(upgrade, connection));

    [Fact]
    public void Only_version_13_is_supported()
    {
        Assert.True(WebSocketHandshake.IsSupportedVersion("13"));
        Assert.All(["", "8", "013", " 13", "13, 8"], version => Assert.False(WebSocketHandshake.IsSupportedVersion(version)));
        Assert.False(WebSocketHandshake.IsSupportedVersion(default));
        Assert.False(WebSocketHandshake.IsSupportedVersion(new[] { "13", "13" }));
    }

    [Fact]
    public void A_key_is_16_bytes_in_base64()
    {
        Assert.True(WebSocketHandshake.IsValidKey(Key));
        Assert.True(WebSocketHandshake.IsValidKey("AAAAAAAAAAAAAAAAAAAAAA=="));
    }

    [Theory]
    [InlineData("")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAA==    ")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!==")]
    public void Anything_else_is_no_key(string key) => Assert.False(WebSocketHandshake.IsValidKey(key));

    [Fact]
    public void There_must_be_exactly_one_key()
    {
        Assert.False(WebSocketHandshake.IsValidKey(default));
        Assert.False(WebSocketHandshake.IsValidKey(new[] { Key, Key }));
    }
}
