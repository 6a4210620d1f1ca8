using Gateway.Core.Hosting;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Gateway.Core.Tests.Hosting;

public class RouteCollisionsTests
{
    [Theory]
    [InlineData("/", "/", true)]
    [InlineData("", "/", true)]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/A", true)]
    [InlineData("/a", "/b", false)]
    [InlineData("/a", "/a/b", false)]
    [InlineData("/a", "/", false)]
    [InlineData("/a/b", "/a/c", false)]
    [InlineData("/{x}", "/a", true)]
    [InlineData("/{x}", "/{y}", true)]
    [InlineData("/{x}", "/", false)]
    [InlineData("/{x}", "/a/b", false)]
    [InlineData("/a/{x}", "/{y}/b", true)]
    [InlineData("/a/{x}", "/b/{x}", false)]
    [InlineData("/{x:int}", "/a", true)]
    [InlineData("/a-{x}", "/b", true)]
    [InlineData("/{**rest}", "/", true)]
    [InlineData("/{**rest}", "/a/b/c", true)]
    [InlineData("/a/{**rest}", "/a", true)]
    [InlineData("/a/{**rest}", "/a/b", true)]
    [InlineData("/a/{**rest}", "/b", false)]
    [InlineData("/a/{**rest}", "/", false)]
    [InlineData("/a/{*rest}", "/a/{x}/c", true)]
    [InlineData("/a/{x}/{**rest}", "/a", false)]
    [InlineData("/a/{x?}", "/a", true)]
    [InlineData("/a/{x?}", "/a/b", true)]
    [InlineData("/a/{x?}", "/a/b/c", false)]
    [InlineData("/a/{x=1}/{y?}", "/a", true)]
    [InlineData("/a/{x}/{y?}", "/a", false)]
    [InlineData("/{x?}", "/", true)]
    [InlineData("/ Events/a", "/a", false)]
    public void Patterns_overlap_where_some_path_matches_both(string a, string b, bool expected)
    {
        var (x, y) = (RoutePatternFactory.Parse(a), RoutePatternFactory.Parse(b));
        Assert.Equal(expected, RouteCollisions.Overlap(x, y));
        Assert.Equal(expected, RouteCollisions.Overlap(y, x));
    }
}
