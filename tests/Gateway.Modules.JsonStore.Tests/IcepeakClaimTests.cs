using System.Text.Json;
using Gateway.Core.Auth;

namespace Gateway.Modules.JsonStore.Tests;

public sealed class IcepeakClaimTests
{
    const string FooAndBar = """
        {"version":1,"whitelist":[
          {"prefix":["foo"],"modes":["read"]},
          {"prefix":["foo","bar"],"modes":["write"]},
          {"prefix":["a","b"],"modes":["read","write"]}]}
        """;

    [Theory]
    [InlineData("/foo/1", "read", true)]
    [InlineData("/foo/bar", "read", true)]
    [InlineData("/foo/bar/1", "write", true)]
    [InlineData("/foo", "read", true)]
    [InlineData("/a/b", "write", true)]
    [InlineData("/a/b/", "write", true)]
    [InlineData("/foo/1", "write", false)]
    [InlineData("/foo", "write", false)]
    [InlineData("/a", "read", false)]
    [InlineData("/a/c", "write", false)]
    [InlineData("/", "read", false)]
    [InlineData("//foo", "read", false)]
    [InlineData("/foobar", "read", false)]
    [InlineData("/Foo", "read", false)]
    [InlineData("/foo", "delete", false)]
    public void A_prefix_grants_its_modes_there_and_below(string path, string mode, bool granted) =>
        Assert.Equal(granted, Read(FooAndBar).Allows("JsonStore", mode, path));

    [Fact]
    public void It_grants_nothing_of_other_modules() =>
        Assert.False(Read("""{"version":1,"whitelist":[{"prefix":[],"modes":["read","write"]}]}""").Allows("Events", "read", "/"));

    [Theory]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("/a/b")]
    public void An_empty_prefix_grants_everything_and_an_empty_whitelist_nothing(string path)
    {
        Assert.True(Read("""{"version":1,"whitelist":[{"prefix":[],"modes":["write"]}]}""").Allows("JsonStore", "write", path));
        Assert.False(Read("""{"version":1,"whitelist":[]}""").Allows("JsonStore", "write", path));
        Assert.False(Read("""{"version":1,"whitelist":[{"prefix":[],"modes":[]}]}""").Allows("JsonStore", "write", path));
    }

    [Fact]
    public void A_segment_is_compared_as_a_whole_whatever_it_holds()
    {
        var grants = Read("""{"version":1,"whitelist":[{"prefix":["a/b"],"modes":["read"]},{"prefix":["*"],"modes":["read"]},{"prefix":["c",""],"modes":["read"]}]}""");

        Assert.True(grants.Allows("JsonStore", "read", ["a/b", "x"]));
        Assert.True(grants.Allows("JsonStore", "read", ["*"]));
        Assert.True(grants.Allows("JsonStore", "read", ["c", "", "d"]));
        Assert.False(grants.Allows("JsonStore", "read", ["a", "b"]));
        Assert.False(grants.Allows("JsonStore", "read", ["x"]));
        Assert.False(grants.Allows("JsonStore", "read", ["c"]));
        Assert.False(grants.Allows("JsonStore", "read", [""]));
    }

    [Fact]
    public void Members_that_mean_nothing_are_ignored_and_of_several_of_one_name_the_first_counts()
    {
        var grants = Read("""{"version":1,"whitelist":[{"prefix":["a"],"modes":["read"],"x":1,"prefix":[]}],"version":2,"y":{}}""");

        Assert.Null(grants.Fault);
        Assert.True(grants.Allows("JsonStore", "read", "/a"));
        Assert.False(grants.Allows("JsonStore", "read", "/b"));
    }

    [Theory]
    [InlineData("null", "$: parsing icepeak claim failed, expected Object, but encountered Null")]
    [InlineData("{}", "$: key \"version\" not found")]
    [InlineData("""{"version":1}""", "$: key \"whitelist\" not found")]
    [InlineData("""{"version":true,"whitelist":[]}""", "$.version: parsing Int failed, expected Number, but encountered Boolean")]
    [InlineData("""{"version":1,"whitelist":[{"modes":[]}]}""", "$.whitelist[0]: key \"prefix\" not found")]
    [InlineData("""{"version":1,"whitelist":[{"prefix":[]}]}""", "$.whitelist[0]: key \"modes\" not found")]
    [InlineData("""{"version":1,"whitelist":[{"prefix":"a","modes":[]}]}""", "$.whitelist[0].prefix: parsing [] failed, expected Array, but encountered String")]
    [InlineData("""{"version":1,"whitelist":[{"prefix":[1],"modes":[]}]}""", "$.whitelist[0].prefix[0]: parsing Text failed, expected String, but encountered Number")]
    [InlineData("""{"version":1,"whitelist":[{"prefix":[],"modes":["read"]},{"prefix":[],"modes":["read","rw"]}]}""", "$.whitelist[1].modes[1]: Invalid mode value.")]
    [InlineData("""{"version":1,"whitelist":[{"prefix":[],"modes":["Read"]}]}""", "$.whitelist[0].modes[0]: Invalid mode value.")]
    [InlineData("""{"version":1,"whitelist":[{"prefix":[],"modes":[null]}]}""", "$.whitelist[0].modes[0]: parsing mode string failed, expected String, but encountered Null")]
    public void A_malformed_claim_grants_nothing_and_says_where_it_is_wrong(string claim, string fault)
    {
        var grants = Read(claim);

        Assert.Equal(AuthFault.ClaimInvalid with { Detail = $"Error in {fault}" }, grants.Fault);
        Assert.False(grants.Allows("JsonStore", "read", "/"));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("0")]
    [InlineData("1.5")]
    [InlineData("1e999")]
    public void Another_version_is_said_not_to_be_supported(string version) =>
        Assert.Equal("Error in $: unsupported version", Read($$"""{"version":{{version}},"whitelist":[]}""").Fault?.Detail);

    static Grants Read(string claim) => new GrantClaims([new IcepeakClaim()]).Read(JsonDocument.Parse($$"""{"icepeak":{{claim}}}""").RootElement);
}
