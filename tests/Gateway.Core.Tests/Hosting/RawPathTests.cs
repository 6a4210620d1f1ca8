using Gateway.Core.Hosting;

namespace Gateway.Core.Tests.Hosting;

public class RawPathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a?b=/c", "/a")]
    [InlineData("/%2e%2E/../a//b/", "/%2e%2E/../a//b/")]
    [InlineData("//a", "//a")]
    [InlineData("http://host/a/b?c", "/a/b")]
    [InlineData("http://host:80", "/")]
    [InlineData("http://host?a", "/")]
    [InlineData("*", "/")]
    [InlineData("host:443", "/")]
    [InlineData("", "/")]
    public void The_path_of_a_request_target_is_left_as_it_stands(string target, string path) =>
        Assert.Equal(path, RawPath.Of(target));
}
