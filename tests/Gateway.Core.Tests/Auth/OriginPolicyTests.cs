using Gateway.Core.Auth;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Tests.Auth;

public class OriginPolicyTests
{
    static readonly HostString Here = new("Example.com", 8080);

    [Theory]
    [InlineData(null, true)]
    [InlineData("http://example.com:8080", true)]
    [InlineData("HTTP://EXAMPLE.COM:8080", true)]
    [InlineData("https://example.com:8080", false)]
    [InlineData("http://example.com", false)]
    [InlineData("http://example.com:8081", false)]
    [InlineData("http://example.com.evil.test:8080", false)]
    [InlineData("http://user@example.com:8080", false)]
    [InlineData("null", false)]
    [InlineData("*", false)]
    [InlineData("", false)]
    [InlineData("example.com:8080", false)]
    [InlineData("http:example.com:8080", false)]
    [InlineData("garbage", false)]
    public void Without_a_list_only_the_same_origin_is_allowed(string? origin, bool allowed) =>
        Assert.Equal(allowed, new OriginPolicy([]).Allows(Header(origin), "http", Here));

    [Theory]
    [InlineData("https://app.test", true)]
    [InlineData("https://APP.test:443", true)]
    [InlineData("http://app.test", false)]
    [InlineData("https://app.test:444", false)]
    [InlineData("https://sub.app.test", false)]
    [InlineData("http://example.com:8080", false)]
    [InlineData("null", false)]
    public void With_a_list_only_those_on_it_are_allowed(string origin, bool allowed)
    {
        var policy = new OriginPolicy(["https://App.Test/", "http://other.test:80"]);
        Assert.Equal(allowed, policy.Allows(Header(origin), "http", Here));
        Assert.Equal(allowed, policy.AllowsElsewhere(origin));
    }

    [Fact]
    public void Two_Origin_headers_are_never_allowed() =>
        Assert.False(new OriginPolicy(["*"]).Allows(new StringValues(["https://a.test", "https://a.test"]), "http", Here));

    [Fact]
    public void All_origins_and_the_opaque_one_must_be_spelled_out()
    {
        Assert.True(new OriginPolicy(["*"]).Allows(Header("null"), "http", Here));
        Assert.True(new OriginPolicy(["null"]).Allows(Header("null"), "http", Here));
        Assert.False(new OriginPolicy(["https://a.test"]).Allows(Header("*"), "http", Here));
    }

    [Theory]
    [InlineData("https://app.test", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("*", true)]
    [InlineData("null", true)]
    [InlineData("app.test", false)]
    [InlineData("https://app.test/path", false)]
    [InlineData("https://app.test?query", false)]
    [InlineData("https://*.app.test", false)]
    public void An_entry_is_an_origin_or_a_word_of_its_own(string entry, bool valid) => Assert.Equal(valid, OriginPolicy.IsValid(entry));

    static StringValues Header(string? origin) => origin == null ? StringValues.Empty : new StringValues(origin);
}
