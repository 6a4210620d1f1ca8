using Gateway.Core.Hosting;

namespace Gateway.Core.Tests.Hosting;

public class ListenAddressTests
{
    [Theory]
    [InlineData("http://localhost:8080", false, "localhost", 8080)]
    [InlineData("HTTP://LocalHost:8080/", false, "localhost", 8080)]
    [InlineData(" http://localhost:8080 ", false, "localhost", 8080)]
    [InlineData("http://localhost", false, "localhost", 80)]
    [InlineData("https://localhost", true, "localhost", 443)]
    [InlineData("https://*:8443", true, "*", 8443)]
    [InlineData("http://+:8080", false, "*", 8080)]
    [InlineData("http://0.0.0.0:0", false, "0.0.0.0", 0)]
    [InlineData("http://127.0.0.1:65535", false, "127.0.0.1", 65535)]
    [InlineData("http://[::1]:8080", false, "[::1]", 8080)]
    [InlineData("http://[2001:DB8::1]", false, "[2001:db8::1]", 80)]
    public void A_host_and_port_are_understood(string url, bool https, string host, int port)
    {
        Assert.True(ListenAddress.TryParse(url, out var address));
        Assert.Equal(new ListenAddress(https, host, port, null), address);
        Assert.Equal($"{(https ? "https" : "http")}://{host}:{port}", address.ToString());
    }

    [Theory]
    [InlineData("http://unix:/run/Gateway.sock", false, "/run/Gateway.sock")]
    [InlineData("https://UNIX:/a", true, "/a")]
    public void A_unix_socket_is_understood(string url, bool https, string path)
    {
        Assert.True(ListenAddress.TryParse(url, out var address));
        Assert.Equal(new ListenAddress(https, "", 0, path), address);
        Assert.True(address.IsLoopback);
        Assert.Equal($"{(https ? "https" : "http")}://unix:{path}", address.Url(0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost:8080")]
    [InlineData("8080")]
    [InlineData("http://")]
    [InlineData("http:///")]
    [InlineData("http://:8080")]
    [InlineData("ftp://localhost:21")]
    [InlineData("ws://localhost:80")]
    [InlineData("http://example.org:80")]
    [InlineData("http://localhost:")]
    [InlineData("http://localhost:-1")]
    [InlineData("http://localhost:+80")]
    [InlineData("http://localhost:80a")]
    [InlineData("http://localhost:65536")]
    [InlineData("http://localhost:99999999999")]
    [InlineData("http://localhost:80/path")]
    [InlineData("http://localhost/path")]
    [InlineData("http://user@localhost:80")]
    [InlineData("http://::1:80")]
    [InlineData("http://::1")]
    [InlineData("http://[::1:80")]
    [InlineData("http://[::1")]
    [InlineData("http://::1]:80")]
    [InlineData("http://[[::1]]:80")]
    [InlineData("http://[127.0.0.1]:80")]
    [InlineData("http://unix:")]
    [InlineData("http://unix:/")]
    [InlineData("http://unix:run/gateway.sock")]
    public void Anything_else_is_no_address(string url) => Assert.False(ListenAddress.TryParse(url, out _));

    [Theory]
    [InlineData("http://localhost:1", true)]
    [InlineData("http://127.0.0.1:1", true)]
    [InlineData("http://127.9.9.9:1", true)]
    [InlineData("http://[::1]:1", true)]
    [InlineData("http://0.0.0.0:1", false)]
    [InlineData("http://*:1", false)]
    [InlineData("http://192.0.2.1:1", false)]
    [InlineData("http://[::]:1", false)]
    public void Only_this_machine_reaches_a_loopback_address(string url, bool expected) =>
        Assert.Equal(expected, Parse(url).IsLoopback);

    [Theory]
    [InlineData("http://localhost:80", "http://localhost:80", true)]
    [InlineData("http://localhost:80", "https://LOCALHOST:80", true)]
    [InlineData("http://localhost:80", "http://localhost:81", false)]
    [InlineData("http://127.0.0.1:80", "http://127.0.0.2:80", false)]
    [InlineData("http://*:80", "http://127.0.0.1:80", true)]
    [InlineData("http://*:80", "https://+:80", true)]
    [InlineData("http://*:0", "http://*:0", false)]
    [InlineData("http://unix:/a", "http://unix:/a", true)]
    [InlineData("http://unix:/a", "http://unix:/A", false)]
    [InlineData("http://unix:/a", "http://*:80", false)]
    public void Addresses_collide_where_one_place_would_be_bound_twice(string a, string b, bool expected)
    {
        Assert.Equal(expected, Parse(a).CollidesWith(Parse(b)));
        Assert.Equal(expected, Parse(b).CollidesWith(Parse(a)));
    }

    static ListenAddress Parse(string url) =>
        ListenAddress.TryParse(url, out var address) ? address : throw new FormatException(url);
}
