using Gateway.Core.Connections;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Modules.Streams.Tests;

/// <summary>Tokens, and what becomes of connections that go on when they are to end.</summary>
public class AccessTests
{
    const string Secured = """
        {
          "Urls": "http://127.0.0.1:0",
          "Auth": { "team": { "Type": "StaticTokens", "Tokens": ["tik-long-enough-to-be-a-token", "tok-long-enough-to-be-a-token"] } },
          "Modules": { "Streams": { "Auth": "team" } }
        }
        """;

    static readonly (string, string?) Tik = ("Authorization", "bearer tik-long-enough-to-be-a-token");
    static readonly (string, string?) Tok = ("Authorization", "Bearer tok-long-enough-to-be-a-token");

    [Theory, InlineData("GET", "/spy"), InlineData("GET", "/stream/id"), InlineData("HEAD", "/stream/id"), InlineData("POST", "/stream/id"), InlineData("POST", "/stream"), InlineData("DELETE", "/stream/id"), InlineData("PATCH", "/stream/id")]
    public async Task Without_a_token_nobody_is_let_in(string method, string target)
    {
        await using var gateway = await GatewayFixture.StartAsync(Secured);
        await using var client = await WireClient.ConnectAsync(gateway.Address("Streams"));
        var reply = await client.RequestAsync(method, target);
        Assert.Equal(401, reply.Status);
        Assert.Equal("Bearer realm=\"API Key\"", reply.Header("WWW-Authenticate"));
        Assert.StartsWith("application/json", reply.Header("Content-Type"), StringComparison.Ordinal);
        if (method != "HEAD")
            Assert.Equal("""{"name":"AuthenticationError","message":"Unauthorized","status":401,"statusCode":401}""", reply.Text);
    }

    [Fact]
    public async Task A_token_may_stand_in_the_header_or_in_the_query_but_not_in_both()
    {
        await using var gateway = await GatewayFixture.StartAsync(Secured);
        await using var client = await WireClient.ConnectAsync(gateway.Address("Streams"));
        Assert.Equal(201, (await client.RequestAsync("POST", "/stream/a", "x", Tik)).Status);
        Assert.Equal("x", (await client.RequestAsync("GET", "/stream/a?notail&access_token=tok-long-enough-to-be-a-token")).Text);
        var ambiguous = await client.RequestAsync("GET", "/stream/a?access_token=tok-long-enough-to-be-a-token", null, Tik);
        Assert.Equal((400, """{"name":"AuthenticationError","message":"Bad Request","status":400,"statusCode":400}"""), (ambiguous.Status, ambiguous.Text));
        var unknown = await client.RequestAsync("GET", "/stream/a?access_token=token1");
        Assert.Equal((401, "Bearer realm=\"API Key\", error=\"invalid_token\""), (unknown.Status, unknown.Header("WWW-Authenticate")));
    }

    [Theory]
    [InlineData("Bearer", 400)]
    [InlineData("Bearer a b", 400)]
    [InlineData("Bearer  tik-long-enough-to-be-a-token", 400)]
    [InlineData("Basic dGlrOg==", 401)]
    [InlineData("", 401)]
    public async Task An_Authorization_that_is_not_a_scheme_and_one_word_is_a_bad_request(string header, int status)
    {
        await using var gateway = await GatewayFixture.StartAsync(Secured);
        await using var client = await WireClient.ConnectAsync(gateway.Address("Streams"));

        Assert.Equal(status, (await client.RequestAsync("GET", "/stream/a", null, ("Authorization", header))).Status);
    }

    [Fact]
    public async Task Producers_and_consumers_count_as_connections()
    {
        await using var gateway = await GatewayFixture.StartAsync("""
            { "Urls": "http://127.0.0.1:0", "Limits": { "Connections": 2 }, "Modules": { "Streams": {} } }
            """);
        var address = gateway.Address("Streams");
        await using var producer = await LiveProducer.BeginAsync(address, "POST", "/stream/a");
        await using (await LiveConsumer.BeginAsync(address, "/stream/a"))
        {
            await using var client = await WireClient.ConnectAsync(address);
            Assert.Equal(429, (await client.RequestAsync("GET", "/stream/a?notail")).Status);
            Assert.Equal(200, (await client.RequestAsync("HEAD", "/stream/a")).Status);
            Assert.Equal(2, (await gateway.MetricsAsync()).Sum("gateway_connections", ("module", "Streams")));
        }
        await Eventually.BecomesTrueAsync(
            async () => (await gateway.MetricsAsync()).Sum("gateway_connections", ("module", "Streams")) == 1, "the consumer to be gone");
        await using var next = await LiveConsumer.BeginAsync(address, "/stream/a");
        Assert.Equal(200, next.Head.Status);
    }

    [Fact]
    public async Task Who_is_sent_away_is_cut_and_the_stream_of_a_producer_is_aborted()
    {
        await using var gateway = await GatewayFixture.StartAsync(Secured);
        var address = gateway.Address("Streams");
        await using var producer = await LiveProducer.BeginAsync(address, "POST", "/stream/a", Tik);
        await producer.SendAsync("a beginning");
        await using var consumer = await LiveConsumer.BeginAsync(address, "/stream/a", Tok);
        await consumer.HasReadAsync("a beginning");
        var registry = gateway.Services.GetRequiredService<ConnectionRegistry>();
        Assert.Equal(2, registry.Count);
        foreach (var connection in registry.Connections)
            connection.Close(CloseReason.TokenRevoked);
        Assert.False(await consumer.ReadsToCleanEndAsync());
        await producer.ReadToEndAsync();
        await Eventually.BecomesTrueAsync(() => registry.Count == 0, "both to be gone");
        await using var later = await LiveConsumer.BeginAsync(address, "/stream/a", Tik);
        Assert.Equal("aborted", later.Head.Header("X-Stream-State"));
        var metrics = await gateway.MetricsAsync();
        Assert.Equal(2, metrics.Sum("gateway_connections_closed_total", ("module", "Streams"), ("reason", "token_revoked")));
    }

    [Fact]
    public async Task Who_is_sent_away_while_it_lags_sees_no_clean_end()
    {
        await using var gateway = await GatewayFixture.StartAsync(Secured);
        var address = gateway.Address("Streams");
        await using var producer = await LiveProducer.BeginAsync(address, "POST", "/stream/a", Tik);
        byte[] piece = new byte[1 << 20];
        for (int i = 0; i < 16; i++)
            await producer.SendAsync(piece);
        await using var slow = await WireClient.ConnectAsync(address, receiveBufferSize: 4096);
        await slow.SendAsync($"GET /stream/a HTTP/1.1\r\nHost: x\r\n{Tok.Item1}: {Tok.Item2}\r\n\r\n");
        Assert.Equal(200, (await slow.ReadReplyAsync(toHead: true)).Status);
        var registry = gateway.Services.GetRequiredService<ConnectionRegistry>();
        await Eventually.BecomesTrueAsync(() => registry.Count == 2, "the consumer to be served");
        registry.Connections.MaxBy(connection => connection.Id)!.Close(CloseReason.TokenRevoked);
        var (bytes, _) = await slow.ReadToEndAsync();
        Assert.True(bytes.Length < 16 * piece.Length);
        Assert.False(bytes.AsSpan().EndsWith("\r\n0\r\n\r\n"u8));
    }

    [Fact]
    public async Task While_the_gateway_drains_a_producer_may_finish_and_consumers_go()
    {
        await using var gateway = await GatewayProcess.StartAsync("""{ "Urls": "http://127.0.0.1:0", "Drain": { "Window": "00:00:00.5" }, "Modules": { "Streams": {} } }""");
        var address = gateway.Address("Streams");
        await using var producer = await LiveProducer.BeginAsync(address, "POST", "/stream/a");
        await producer.SendAsync("one ");
        await using var consumer = await LiveConsumer.BeginAsync(address, "/stream/a");
        await consumer.HasReadAsync("one ");
        gateway.Signal(GatewayProcess.SigTerm);
        Assert.False(await consumer.ReadsToCleanEndAsync());
        await producer.SendAsync("two");
        await producer.FinishAsync();
        Assert.Equal(0, await gateway.ExitAsync(TimeSpan.FromSeconds(60)));
    }
}
