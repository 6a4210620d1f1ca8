using Gateway.Core.Hosting;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Gateway.Core.Tests.Hosting;

public class RouteCollisionsTests
{
    [Theory]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/A", true)]
    [InlineData("/a", "/b", false)]
    [InlineData("/a", "/a/b", false)]
    [InlineData("/a/{x}", "/a/b", true)]
    [InlineData("/{x}/b", "/a/{y}", true)]
    [InlineData("/{x}/b", "/a/c", false)]
    [InlineData("/a/{**rest}", "/a/b/c", true)]
    [InlineData("/a/{**rest}", "/a", true)]
    [InlineData("/a/{**rest}", "/b/c", false)]
    [InlineData("/{**rest}", "/metrics", true)]
    [InlineData("/a/{x?}", "/a", true)]
    [InlineData("/a/{x=1}", "/a", true)]
    [InlineData("/a/{x}", "/a", false)]
    [InlineData("/", "/", true)]
    [InlineData("/", "/a", false)]
    public void Two_patterns_overlap_if_some_path_matches_both(string one, string other, bool overlap)
    {
        var (a, b) = (RoutePatternFactory.Parse(one), RoutePatternFactory.Parse(other));
        Assert.Equal(overlap, RouteCollisions.Overlap(a, b));
        Assert.Equal(overlap, RouteCollisions.Overlap(b, a));
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/a", true)]
    [InlineData("/v1/a-b_c.d~", true)]
    [InlineData("", false)]
    [InlineData("a", false)]
    [InlineData("/a/", false)]
    [InlineData("//a", false)]
    [InlineData("/a/../b", false)]
    [InlineData("/{a}", false)]
    [InlineData("/a b", false)]
    [InlineData("/%61", false)]
    public void A_door_has_a_plain_path(string path, bool valid) => Assert.Equal(valid, DoorPath.IsValid(path));
}
