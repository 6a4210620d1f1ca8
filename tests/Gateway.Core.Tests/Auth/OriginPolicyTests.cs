using Gateway.Core.Auth;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Tests.Auth;

public class OriginPolicyTests
{
    [Theory]
    [InlineData("https://app.example", "https://app.example", true)]
    [InlineData("https://app.example", "https://APP.Example", true)]
    [InlineData("HTTPS://App.Example/", "https://app.example", true)]
    [InlineData("https://app.example:443", "https://app.example", true)]
    [InlineData("https://app.example", "https://app.example:443", true)]
    [InlineData("http://app.example", "http://app.example:80", true)]
    [InlineData("http://app.example:8080", "http://app.example:8080", true)]
    [InlineData("https://app.example", "http://app.example", false)]
    [InlineData("https://app.example", "https://app.example:444", false)]
    [InlineData("http://app.example:443", "https://app.example", false)]
    [InlineData("https://app.example", "https://example", false)]
    [InlineData("https://app.example", "https://app.example.evil.example", false)]
    [InlineData("https://app.example", "https://evilapp.example", false)]
    [InlineData("https://app.example", "https://app.example@evil.example", false)]
    [InlineData("https://app.example", "https://user@app.example", false)]
    [InlineData("https://app.example", "https://app.example/path", false)]
    [InlineData("https://app.example", "https://app.example?query", false)]
    [InlineData("https://app.example", "https://app.example#fragment", false)]
    [InlineData("https://app.example", "null", false)]
    [InlineData("https://app.example", "app.example", false)]
    [InlineData("https://app.example", "", false)]
    [InlineData("https://app.example", "https://", false)]
    [InlineData("https://app.example", "garbage \u0001", false)]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example", true)]
    [InlineData("https://xn--bcher-kva.example", "https://bücher.example", false)]
    [InlineData("https://[2001:DB8::1]", "https://[2001:db8:0::1]", true)]
    [InlineData("https://[2001:db8::1]", "https://[2001:db8::2]", false)]
    [InlineData("chrome-extension://abcdef", "chrome-extension://abcdef", true)]
    [InlineData("chrome-extension://abcdef", "https://abcdef", false)]
    [InlineData("null", "null", true)]
    [InlineData("null", "https://app.example", false)]
    [InlineData("*", "https://app.example", true)]
    [InlineData("*", "null", true)]
    public void A_page_may_enter_if_its_origin_is_among_those_allowed(string allowed, string origin, bool expected) =>
        Assert.Equal(expected, Allows([allowed], origin));

    [Fact]
    public void Each_entry_counts()
    {
        string[] allowed = ["https://a.example", "null", "http://b.example:81"];
        Assert.True(Allows(allowed, "https://a.example"));
        Assert.True(Allows(allowed, "null"));
        Assert.True(Allows(allowed, "http://B.example:81"));
        Assert.False(Allows(allowed, "http://b.example"));
        Assert.True(Allows(["https://a.example", "*"], "https://c.example"));
    }

    [Theory]
    [InlineData("http://gateway.example", "http", "gateway.example", true)]
    [InlineData("http://gateway.example", "http", "GATEWAY.example:80", true)]
    [InlineData("http://gateway.example:8080", "http", "gateway.example:8080", true)]
    [InlineData("https://gateway.example", "https", "gateway.example", true)]
    [InlineData("http://[::1]:8080", "http", "[::1]:8080", true)]
    [InlineData("https://gateway.example", "http", "gateway.example", false)]
    [InlineData("http://gateway.example", "http", "gateway.example:8080", false)]
    [InlineData("http://other.example", "http", "gateway.example", false)]
    [InlineData("null", "http", "gateway.example", false)]
    [InlineData("null", "http", "null", false)]
    [InlineData("http://gateway.example", "http", "", false)]
    [InlineData("nonsense", "http", "nonsense", false)]
    public void Without_a_list_only_pages_of_the_same_origin_may_enter(string origin, string scheme, string host, bool expected) =>
        Assert.Equal(expected, new OriginPolicy([]).Allows(origin, scheme, new HostString(host)));

    [Theory]
    [InlineData("*")]
    [InlineData("https://a.example")]
    [InlineData(null)]
    public void A_request_without_an_origin_comes_from_no_page_and_one_with_several_is_never_allowed(string? allowed)
    {
        var policy = new OriginPolicy(allowed == null ? [] : [allowed]);
        var host = new HostString("a.example");
        Assert.True(policy.Allows(StringValues.Empty, "https", host));
        Assert.False(policy.Allows(new StringValues(["https://a.example", "https://a.example"]), "https", host));
        Assert.False(policy.Allows(new StringValues([null]), "https", host));
    }

    [Theory]
    [InlineData("https://a.example", true)]
    [InlineData("http://localhost:3000", true)]
    [InlineData("http://[::1]:3000", true)]
    [InlineData("*", true)]
    [InlineData("null", true)]
    [InlineData("a.example", false)]
    [InlineData("localhost:3000", false)]
    [InlineData("//a.example", false)]
    [InlineData("https://", false)]
    [InlineData("https://a.example/path", false)]
    [InlineData("https://a.example?", false)]
    [InlineData("https://a.example#", false)]
    [InlineData("https://u:p@a.example", false)]
    [InlineData("https://*.example", false)]
    [InlineData("mailto:a@b.example", false)]
    [InlineData("file:///tmp", false)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    public void An_entry_is_an_origin_or_a_star_or_null(string entry, bool expected) =>
        Assert.Equal(expected, OriginPolicy.IsValid(entry));

    [Fact]
    public void Scripts_from_elsewhere_may_read_only_where_the_configuration_says_so()
    {
        Assert.False(new OriginPolicy([]).AllowsElsewhere("https://a.example"));
        Assert.False(new OriginPolicy([]).AllowsAny);
        Assert.True(new OriginPolicy(["https://a.example"]).AllowsElsewhere("https://A.example:443"));
        Assert.False(new OriginPolicy(["https://a.example"]).AllowsElsewhere("null"));
        Assert.False(new OriginPolicy(["https://a.example"]).AllowsElsewhere("garbage"));
        Assert.True(new OriginPolicy(["null"]).AllowsElsewhere("null"));
        Assert.True(new OriginPolicy(["*"]).AllowsElsewhere("https://a.example"));
        Assert.True(new OriginPolicy(["*"]).AllowsAny);
    }

    static bool Allows(string[] allowed, string origin) =>
        new OriginPolicy(allowed).Allows(origin, "https", new HostString("gateway.example"));
}
