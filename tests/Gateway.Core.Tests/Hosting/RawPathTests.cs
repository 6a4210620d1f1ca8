using Gateway.Core.Hosting;

namespace Gateway.Core.Tests.Hosting;

public class RawPathTests
{
    [Theory]
    // Origin form.
    [InlineData("/", "/")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a?b=/c", "/a")]
    [InlineData("/?a", "/")]
    [InlineData("/a%2Fb%2e%zz/../c//d/./", "/a%2Fb%2e%zz/../c//d/./")]
    [InlineData("//host/a", "//host/a")]
    [InlineData("/a://b/c", "/a://b/c")]
    [InlineData("/a?http://b/c", "/a")]
    // Absolute form.
    [InlineData("http://host/a/b?c", "/a/b")]
    [InlineData("http://host", "/")]
    [InlineData("http://host/", "/")]
    [InlineData("http://host?a/b", "/")]
    [InlineData("HTTPS://host:443/a%2F../b", "/a%2F../b")]
    [InlineData("http://[::1]:80/a", "/a")]
    [InlineData("http://host//a", "//a")]
    // Authority and asterisk form.
    [InlineData("host:443", "/")]
    [InlineData("*", "/")]
    // Nothing that a server would let pass.
    [InlineData("", "/")]
    [InlineData("?a", "/")]
    [InlineData("a/b", "/")]
    [InlineData("://", "/")]
    [InlineData(":///a", "/a")]
    public void The_path_of_a_target_is_what_stands_in_it(string target, string expected) =>
        Assert.Equal(expected, RawPath.Of(target));
}
