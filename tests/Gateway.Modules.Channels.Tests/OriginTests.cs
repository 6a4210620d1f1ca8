using Gateway.Testing;

namespace Gateway.Modules.Channels.Tests;

/// <summary>Which web pages may open WebSockets, and what pages learn of answers to their requests.</summary>
public class OriginTests(ChannelsGateway sameOrigin, OriginTests.ListedOrigins listed, OriginTests.AnyOrigin any)
    : IClassFixture<ChannelsGateway>, IClassFixture<OriginTests.ListedOrigins>, IClassFixture<OriginTests.AnyOrigin>
{
    public sealed class ListedOrigins() : ChannelsGateway("""
        "AllowedOrigins": ["https://Example.com", "http://app.test:8080", "http://bücher.test"]
        """);

    public sealed class AnyOrigin() : ChannelsGateway("""
        "AllowedOrigins": "*"
        """);

    [Theory, EveryDoor]
    public async Task Without_AllowedOrigins_only_pages_of_the_same_address_may_connect(Door door)
    {
        var address = sameOrigin.Address(door);
        string host = door == Door.OwnUnixSocket ? "localhost" : address.Authority;
        string own = $"{address.Scheme}://{host}";
        string otherScheme = address.Scheme == "http" ? "https" : "http";
        Assert.Equal(101, await UpgradeAsync(sameOrigin, door));
        Assert.Equal(101, await UpgradeAsync(sameOrigin, door, own));
        Assert.Equal(101, await UpgradeAsync(sameOrigin, door, own.ToUpperInvariant()));
        Assert.Equal(403, await UpgradeAsync(sameOrigin, door, "https://example.com"));
        Assert.Equal(403, await UpgradeAsync(sameOrigin, door, $"{otherScheme}://{host}"));
        Assert.Equal(403, await UpgradeAsync(sameOrigin, door, $"{address.Scheme}://{address.Host}:1"));
        Assert.Equal(403, await UpgradeAsync(sameOrigin, door, "null"));
        Assert.Equal(403, await UpgradeAsync(sameOrigin, door, own, own));
    }

    [Theory]
    [EveryTransport("https://example.com", 101), EveryTransport("HTTPS://EXAMPLE.COM", 101), EveryTransport("https://example.com:443", 101)]
    [EveryTransport("http://app.test:8080", 101), EveryTransport("http://xn--bcher-kva.test", 101)]
    [EveryTransport("http://example.com", 403), EveryTransport("https://example.net", 403), EveryTransport("https://example.com:8443", 403)]
    [EveryTransport("http://app.test", 403), EveryTransport("https://example.com.evil.test", 403), EveryTransport("https://sub.example.com", 403)]
    [EveryTransport("https://user@example.com", 403), EveryTransport("http://bücher.test", 403), EveryTransport("null", 403), EveryTransport("", 403), EveryTransport("example.com", 403)]
    public async Task AllowedOrigins_compares_scheme_host_and_port_and_nothing_else(Door door, string origin, int status)
    {
        string ascii = origin.Replace("ü", "\u00c3\u00bc", StringComparison.Ordinal);
        Assert.Equal(status, await UpgradeAsync(listed, door, ascii));
    }

    [Theory, EveryTransport]
    public async Task With_AllowedOrigins_the_same_origin_must_be_among_them(Door door)
    {
        var address = listed.Address(door);
        Assert.Equal(403, await UpgradeAsync(listed, door, $"{address.Scheme}://{address.Authority}"));
        Assert.Equal(101, await UpgradeAsync(listed, door));
    }

    [Theory, EveryTransport]
    public async Task Two_Origin_headers_are_never_allowed(Door door)
    {
        Assert.Equal(403, await UpgradeAsync(listed, door, "https://example.com", "https://example.com"));
        Assert.Equal(403, await UpgradeAsync(any, door, "https://example.com", "https://example.net"));
    }

    [Theory, EveryTransport("https://example.com"), EveryTransport("null"), EveryTransport("http://anything.test:1")]
    public async Task A_star_allows_every_page(Door door, string origin)
    {
        Assert.Equal(101, await UpgradeAsync(any, door, origin));
    }

    [Theory, EveryTransport]
    public async Task A_refusal_says_why(Door door)
    {
        var reply = await listed.UpgradeAsync(door, "/a", ("Origin", "https://evil.test"));
        Assert.Equal((403, "application/problem+json"), (reply.Status, reply.Header("Content-Type")));
        Assert.Contains("origin_not_allowed", reply.Text, StringComparison.Ordinal);
    }

    [Theory, EveryDoor]
    public async Task Requests_of_foreign_pages_are_served_but_their_scripts_cannot_read_the_answer(Door door)
    {
        foreach (var gateway in new ChannelsGateway[] { sameOrigin, listed })
        {
            string channel = gateway.NewChannel();
            await using var client = await gateway.SubscribeAsync(door, channel);
            var post = await gateway.PostAsync(door, channel, "hello", ("Origin", "https://evil.test"));
            var get = await gateway.RequestAsync(door, "GET", channel, null, ("Origin", "https://evil.test"));
            Assert.Equal((200, 200), (post.Status, get.Status));
            Assert.DoesNotContain(post.Headers.Concat(get.Headers), header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
            Assert.Equal("hello", await client.ReadTextAsync());
        }
    }

    [Theory, EveryDoor]
    public async Task Scripts_of_allowed_pages_may_read_the_answer(Door door)
    {
        (string, string?) origin = ("Origin", "https://example.com");
        HttpReply[] replies =
        [
            await listed.PostAsync(door, "/a", "hello", origin),
            await listed.RequestAsync(door, "GET", "/a", null, origin),
            await listed.PostAsync(door, "/%ff", "hello", origin),
        ];
        foreach (var reply in replies)
        {
            Assert.Equal("https://example.com", reply.Header("Access-Control-Allow-Origin"));
            Assert.Equal("*", reply.Header("Access-Control-Expose-Headers"));
            Assert.Contains("Origin", reply.Header("Vary"), StringComparison.Ordinal);
        }
        Assert.Equal("*", (await any.PostAsync(door, "/a", "hello", origin)).Header("Access-Control-Allow-Origin"));
    }

    [Theory, EveryDoor]
    public async Task A_preflight_tells_allowed_pages_what_they_may_send(Door door)
    {
        (string, string?)[] headers = [("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type")];
        var allowed = await listed.RequestAsync(door, "OPTIONS", "/a", null, [.. headers, ("Origin", "https://example.com")]);
        Assert.Equal((204, "https://example.com"), (allowed.Status, allowed.Header("Access-Control-Allow-Origin")));
        Assert.Equal(("POST", "content-type"), (allowed.Header("Access-Control-Allow-Methods"), allowed.Header("Access-Control-Allow-Headers")));

        var foreign = await listed.RequestAsync(door, "OPTIONS", "/a", null, [.. headers, ("Origin", "https://evil.test")]);
        Assert.Null(foreign.Header("Access-Control-Allow-Origin"));
    }

    static async Task<int> UpgradeAsync(ChannelsGateway gateway, Door door, params string[] origins) =>
        (await gateway.UpgradeAsync(door, "/a", [.. origins.Select(origin => ("Origin", (string?)origin))])).Status;
}
