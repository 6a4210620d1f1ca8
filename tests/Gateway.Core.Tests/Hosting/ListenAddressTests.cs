using Gateway.Core.Hosting;

namespace Gateway.Core.Tests.Hosting;

public class ListenAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080", true)]
    [InlineData("HTTP://LOCALHOST:0/", "http://localhost:0", true)]
    [InlineData("http://[::1]:8080", "http://[::1]:8080", true)]
    [InlineData("http://*:8080", "http://*:8080", false)]
    [InlineData("http://+:8080", "http://*:8080", false)]
    [InlineData("http://0.0.0.0", "http://0.0.0.0:80", false)]
    [InlineData("https://10.0.0.1", "https://10.0.0.1:443", false)]
    [InlineData("http://unix:/run/gateway.sock", "http://unix:/run/gateway.sock", true)]
    public void An_address_is_read_and_written(string url, string written, bool loopback)
    {
        Assert.True(ListenAddress.TryParse(url, out var address));
        Assert.Equal(written, address.ToString());
        Assert.Equal(loopback, address.IsLoopback);
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://")]
    [InlineData("http://127.0.0.1:65536")]
    [InlineData("http://127.0.0.1:-1")]
    [InlineData("http://127.0.0.1:http")]
    [InlineData("http://example.com:80")]
    [InlineData("http://127.0.0.1:80/path")]
    [InlineData("http://::1:80")]
    [InlineData("http://unix:relative")]
    [InlineData("http://unix:/")]
    public void What_is_no_address_is_refused(string url) => Assert.False(ListenAddress.TryParse(url, out _));

    [Theory]
    [InlineData("http://127.0.0.1:80", "http://127.0.0.1:80", true)]
    [InlineData("http://127.0.0.1:80", "https://127.0.0.1:80", true)]
    [InlineData("http://*:80", "http://127.0.0.1:80", true)]
    [InlineData("http://127.0.0.1:80", "http://127.0.0.2:80", false)]
    [InlineData("http://127.0.0.1:0", "http://127.0.0.1:0", false)]
    [InlineData("http://unix:/a", "http://unix:/a", true)]
    [InlineData("http://unix:/a", "http://unix:/b", false)]
    [InlineData("http://unix:/a", "http://127.0.0.1:80", false)]
    public void Two_that_cannot_both_be_listened_on_collide(string one, string other, bool collide)
    {
        Assert.True(ListenAddress.TryParse(one, out var a));
        Assert.True(ListenAddress.TryParse(other, out var b));
        Assert.Equal(collide, a.CollidesWith(b));
        Assert.Equal(collide, b.CollidesWith(a));
    }
}
