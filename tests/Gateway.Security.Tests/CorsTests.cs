using Gateway.Testing;

namespace Gateway.Security.Tests;

/// <summary>What browsers are told that scripts of other pages may read, in every module.</summary>
public class CorsTests
{
    const string Page = "https://app.example";

    static readonly (string Module, string Path)[] Doors =
        [("Channels", "/channels/a"), ("Events", "/events/user"), ("JsonStore", "/json/a"), ("Router", "/router"), ("Streams", "/stream/a")];

    static Task<GatewayFixture> StartAsync(string origins, string limits = "{}") => GatewayFixture.StartAsync($$"""
        {
          "Urls": "http://127.0.0.1:0",
          "DataDirectory": "{{GatewayFixture.FolderMark}}/data",
          "Redis": { "EmbeddedPort": 0 },
          "Limits": {{limits}},
          "Modules": { {{string.Join(", ", Doors.Select(door => $$"""
            "{{door.Module}}": { "AllowedOrigins": {{origins}} }
            """))}} }
        }
        """);

    [Fact]
    public async Task Credentials_are_for_pages_that_are_named_where_a_cookie_is_read()
    {
        await using var gateway = await StartAsync($"""["{Page}"]""");
        foreach (var (module, path) in Doors)
        {
            var reply = await GetAsync(gateway, path, Page);
            Assert.Equal(Page, reply.Header("Access-Control-Allow-Origin"));
            Assert.Contains("Origin", reply.Header("Vary"), StringComparison.Ordinal);
            Assert.Equal((module, module == "Events" ? "true" : null), (module, reply.Header("Access-Control-Allow-Credentials")));
            Assert.Contains(module == "Events" ? "Retry-After" : "*", reply.Header("Access-Control-Expose-Headers"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""["*"]""", Page, "*")]
    [InlineData("""["null"]""", "null", "null")]
    [InlineData($"""["{Page}", "null"]""", Page, Page)]
    public async Task Without_names_for_all_pages_there_are_no_credentials(string origins, string origin, string allowed)
    {
        await using var gateway = await StartAsync(origins);
        foreach (var (module, path) in Doors)
        {
            var reply = await GetAsync(gateway, path, origin);
            Assert.Equal((module, allowed, null), (module, reply.Header("Access-Control-Allow-Origin"), reply.Header("Access-Control-Allow-Credentials")));
        }
    }

    [Fact]
    public async Task A_foreign_page_is_told_nothing()
    {
        await using var gateway = await StartAsync($"""["{Page}"]""");
        foreach (var (module, path) in Doors)
        {
            var reply = await GetAsync(gateway, path, "https://evil.example");
            Assert.DoesNotContain(reply.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
            Assert.True(reply.Status == 403 || module == "Channels", $"{module}: {reply}");
        }
    }

    /// <summary>The answer to a client that is not admitted takes the place of whatever has been put into the response.</summary>
    [Fact]
    public async Task A_refusal_for_want_of_room_can_be_read()
    {
        await using var gateway = await StartAsync($"""["{Page}"]""", """{ "Connections": 1 }""");
        await using var producer = await WireClient.ConnectAsync(gateway.Address("Streams"));
        await producer.SendAsync("POST /stream/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        Assert.Equal(201, (await producer.ReadReplyAsync(toHead: true)).Status);

        foreach (string path in (string[])["/stream/a", "/spy"])
        {
            var reply = await GetAsync(gateway, path, Page);
            Assert.Equal((429, Page), (reply.Status, reply.Header("Access-Control-Allow-Origin")));
            Assert.NotNull(reply.Header("Retry-After"));
        }
    }

    static async Task<HttpReply> GetAsync(GatewayFixture gateway, string path, string origin)
    {
        await using var client = await WireClient.ConnectAsync(gateway.Address("Channels"));
        return await client.RequestAsync("GET", path, null, ("Origin", origin));
    }
}
