using System.Text.Json;
using Gateway.Core.Auth;

namespace Gateway.Core.Tests.Auth;

public sealed class GatewayClaimTests
{
    [Theory]
    // A path without * means itself alone.
    [InlineData("/room", "/room", true)]
    [InlineData("/room", "/room/a", false)]
    [InlineData("/room", "/roo", false)]
    [InlineData("/room", "/rooms", false)]
    [InlineData("/room", "/Room", false)]
    [InlineData("/room", "/", false)]
    [InlineData("/room/a", "/room", false)]
    [InlineData("/", "/", true)]
    [InlineData("/", "/a", false)]
    [InlineData("/", "//", false)]
    // * as the last segment means everything below.
    [InlineData("/room/*", "/room/a", true)]
    [InlineData("/room/*", "/room/a/b/c", true)]
    [InlineData("/room/*", "/room", false)]
    [InlineData("/room/*", "/rooms/a", false)]
    [InlineData("/room/*", "/room/", true)]
    [InlineData("/*", "/", true)]
    [InlineData("/*", "/a", true)]
    [InlineData("/*", "/a/b", true)]
    [InlineData("/*", "//", true)]
    // * before that means exactly one segment.
    [InlineData("/*/typing", "/a/typing", true)]
    [InlineData("/*/typing", "/a/b/typing", false)]
    [InlineData("/*/typing", "/typing", false)]
    [InlineData("/*/typing", "//typing", true)]
    [InlineData("/*/*", "/a", false)]
    [InlineData("/*/*", "/a/b", true)]
    [InlineData("/*/*", "/a/b/c", true)]
    [InlineData("/a/*/c/*", "/a/b/c/d", true)]
    [InlineData("/a/*/c/*", "/a/b/c", false)]
    [InlineData("/a/*/c/*", "/a/b/d/d", false)]
    // There are no other wildcards.
    [InlineData("/room-*", "/room-a", false)]
    [InlineData("/room-*", "/room-*", true)]
    [InlineData("/**", "/a", false)]
    [InlineData("/?", "/a", false)]
    [InlineData("/.", "/a", false)]
    [InlineData("/%61", "/a", false)]
    [InlineData("/a/..", "/", false)]
    // Empty segments are segments.
    [InlineData("/a/", "/a/", true)]
    [InlineData("/a/", "/a", false)]
    [InlineData("/a", "/a/", false)]
    [InlineData("/a//b", "/a//b", true)]
    [InlineData("/a//b", "/a/b", false)]
    [InlineData("//", "/", false)]
    [InlineData("//", "//", true)]
    [InlineData("/a/*/b", "/a//b", true)]
    // A path begins with a slash.
    [InlineData("/*", "", false)]
    [InlineData("/a", "a", false)]
    public void A_path_is_granted_by_the_pattern(string pattern, string path, bool granted)
    {
        var grants = Read($$"""{"module":"channels","paths":[{{JsonSerializer.Serialize(pattern)}}],"actions":["publish"]}""");

        Assert.Equal(granted, grants.Allows("Channels", "publish", path));
    }

    [Theory]
    [InlineData("channels", "publish", "Channels", "publish", true)]
    [InlineData("CHANNELS", "publish", "Channels", "publish", true)]
    [InlineData("channels", "publish", "Channels", "Publish", false)]
    [InlineData("channels", "publish", "Channels", "subscribe", false)]
    [InlineData("channels", "publish", "Events", "publish", false)]
    [InlineData("channel", "publish", "Channels", "publish", false)]
    [InlineData("*", "publish", "Events", "publish", true)]
    [InlineData("*", "publish", "Events", "subscribe", false)]
    [InlineData("channels", "*", "Channels", "whatever", true)]
    [InlineData("channels", "*", "Events", "whatever", false)]
    [InlineData("*", "*", "Events", "whatever", true)]
    [InlineData("chan*", "publish", "Channels", "publish", false)]
    [InlineData("channels", "pub*", "Channels", "publish", false)]
    public void Modules_are_told_apart_without_case_and_actions_with(
        string module, string action, string asked, string askedAction, bool granted)
    {
        var grants = Read($$"""{"module":"{{module}}","paths":["/a"],"actions":["{{action}}"]}""");

        Assert.Equal(granted, grants.Allows(asked, askedAction, "/a"));
    }

    [Fact]
    public void Grants_are_not_mixed_with_each_other()
    {
        var grants = Read(
            """{"module":"channels","paths":["/a","/b/*"],"actions":["publish"]}""",
            """{"module":"channels","paths":["/b/c"],"actions":["subscribe"]}""",
            """{"module":"events","paths":["/a"],"actions":["subscribe"]}""");

        Assert.True(grants.Allows("channels", "publish", "/a"));
        Assert.True(grants.Allows("channels", "publish", "/b/c"));
        Assert.True(grants.Allows("channels", "subscribe", "/b/c"));
        Assert.True(grants.Allows("events", "subscribe", "/a"));
        Assert.False(grants.Allows("channels", "subscribe", "/a"));
        Assert.False(grants.Allows("channels", "subscribe", "/b/d"));
        Assert.False(grants.Allows("events", "publish", "/a"));
        Assert.False(grants.Allows("events", "subscribe", "/b/c"));
    }

    [Fact]
    public void A_slash_within_a_segment_parts_nothing()
    {
        var grants = Read(
            """{"module":"jsonstore","paths":["/a/b","/x/*"],"actions":["read"]}""");

        Assert.True(grants.Allows("JsonStore", "read", ["a", "b"]));
        Assert.False(grants.Allows("JsonStore", "read", ["a/b"]));
        Assert.True(grants.Allows("JsonStore", "read", ["x", "y/z"]));
        Assert.False(grants.Allows("JsonStore", "read", ["x/y"]));
        Assert.False(grants.Allows("JsonStore", "read", []));
    }

    [Theory]
    [InlineData("""{"version":1,"grants":[]}""")]
    [InlineData("""{"version":1.0,"grants":[]}""")]
    [InlineData("""{"version":1,"grants":[{"module":"channels","paths":[],"actions":[]}]}""")]
    [InlineData("""{"version":1,"grants":[{"module":"channels","paths":["/*"],"actions":[]}]}""")]
    [InlineData("""{"version":1,"grants":[{"module":"channels","paths":[],"actions":["publish"]}]}""")]
    public void A_claim_may_grant_nothing(string claim)
    {
        var grants = ReadClaim(claim);

        Assert.Null(grants.Fault);
        Assert.False(grants.Allows("channels", "publish", "/"));
    }

    [Fact]
    public void Members_that_mean_nothing_here_are_ignored()
    {
        var grants = ReadClaim(
            """{"comment":[1],"version":1,"grants":[{"until":null,"module":"channels","paths":["/a"],"actions":["publish"]}],"\ud800":0}""");

        Assert.Null(grants.Fault);
        Assert.True(grants.Allows("channels", "publish", "/a"));
    }

    [Theory]
    [InlineData("null", "gateway: parsing gateway claim failed, expected Object, but encountered Null")]
    [InlineData("[]", "gateway: parsing gateway claim failed, expected Object, but encountered Array")]
    [InlineData("{}", "gateway: key \"version\" not found")]
    [InlineData("""{"version":2,"grants":[]}""", "gateway: unsupported version")]
    [InlineData("""{"version":"1","grants":[]}""", "gateway.version: parsing Int failed, expected Number, but encountered String")]
    [InlineData("""{"version":1}""", "gateway: key \"grants\" not found")]
    [InlineData("""{"version":1,"grants":{}}""", "gateway.grants: parsing [] failed, expected Array, but encountered Object")]
    [InlineData("""{"version":1,"grants":["*"]}""", "gateway.grants[0]: parsing grant failed, expected Object, but encountered String")]
    [InlineData("""{"version":1,"grants":[{"paths":[],"actions":[]}]}""", "gateway.grants[0]: key \"module\" not found")]
    [InlineData("""{"version":1,"grants":[{"module":"a","actions":[]}]}""", "gateway.grants[0]: key \"paths\" not found")]
    [InlineData("""{"version":1,"grants":[{"module":"a","paths":[]}]}""", "gateway.grants[0]: key \"actions\" not found")]
    [InlineData("""{"version":1,"grants":[{"module":["a"],"paths":[],"actions":[]}]}""", "gateway.grants[0].module: parsing Text failed, expected String, but encountered Array")]
    [InlineData("""{"version":1,"grants":[{"module":"a","paths":"/a","actions":[]}]}""", "gateway.grants[0].paths: parsing [] failed, expected Array, but encountered String")]
    [InlineData("""{"version":1,"grants":[{"module":"a","paths":["/a"],"actions":[true]}]}""", "gateway.grants[0].actions[0]: parsing Text failed, expected String, but encountered Boolean")]
    [InlineData("""{"version":1,"grants":[{"module":"a","paths":["/a","b"],"actions":[]}]}""", "gateway.grants[0].paths[1]: a path begins with /")]
    [InlineData("""{"version":1,"grants":[{"module":"a","paths":[""],"actions":[]}]}""", "gateway.grants[0].paths[0]: a path begins with /")]
    [InlineData("""{"version":1,"grants":[{"module":"a","paths":["/\ud800"],"actions":[]}]}""", "gateway.grants[0].paths[0]: the text is not valid Unicode")]
    public void A_malformed_claim_grants_nothing_and_says_where_it_is_wrong(string claim, string fault)
    {
        var grants = ReadClaim(claim);

        Assert.Equal(AuthFault.ClaimInvalid with { Detail = $"Error in {fault}" }, grants.Fault);
        Assert.False(grants.Allows("a", "b", "/a"));
    }

    static Grants Read(params string[] grants) => ReadClaim($$"""{"version":1,"grants":[{{string.Join(',', grants)}}]}""");

    static Grants ReadClaim(string claim) =>
        new GrantClaims([new GatewayClaim()]).Read(JsonDocument.Parse($$"""{"sub":"joe","gateway":{{claim}}}""").RootElement);
}
