using Gateway.Core.Hosting;

namespace Gateway.Core.Tests.Hosting;

public class DoorPathTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/chat")]
    [InlineData("/v1/chat")]
    [InlineData("/A-Z_a.z~0")]
    [InlineData("/...")]
    public void Segments_of_plain_characters_are_a_path(string path) => Assert.True(DoorPath.IsValid(path));

    [Theory]
    [InlineData("")]
    [InlineData("chat")]
    [InlineData("//")]
    [InlineData("/chat/")]
    [InlineData("/a//b")]
    [InlineData("/.")]
    [InlineData("/a/../b")]
    [InlineData("/a b")]
    [InlineData("/ Events")]
    [InlineData("/a%20b")]
    [InlineData("/{id}")]
    [InlineData("/a?b")]
    [InlineData("/a#b")]
    [InlineData("/ä")]
    [InlineData("/a\n")]
    public void Anything_else_is_none(string path) => Assert.False(DoorPath.IsValid(path));
}
