using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Host.Tests;

public class PageTests(ChannelsGateway gateway) : IClassFixture<ChannelsGateway>
{
    [Fact]
    public async Task The_index_says_what_runs_and_where()
    {
        var reply = await Run.GetAsync(gateway.Address, "/");

        Assert.Equal((200, "application/json"), (reply.Status, reply.Header("Content-Type")));
        var index = JsonDocument.Parse(reply.Body).RootElement;
        Assert.Equal("Gateway", index.GetProperty("name").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+", index.GetProperty("version").GetString());
        var module = Assert.Single(index.GetProperty("modules").EnumerateObject());
        Assert.Equal("Channels", module.Name);
        Assert.Equal(gateway.Address.OriginalString, Assert.Single(module.Value.EnumerateArray()).GetString());
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/channel/a")]
    [InlineData("/channelsx")]
    [InlineData("/metrics/x")]
    [InlineData("/health")]
    [InlineData("/./metrics")]
    [InlineData("/x/../metrics")]
    [InlineData("/%6Detrics")]
    [InlineData("//metrics")]
    public async Task An_unknown_address_is_a_problem_with_a_code(string target)
    {
        var reply = await Run.GetAsync(gateway.Address, target);

        Assert.Equal(404, reply.Status);
        Assert.Equal("not_found", Run.ProblemCode(reply));
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_has_an_entry_for_each_module(string target)
    {
        var reply = await Run.GetAsync(gateway.Address, target);

        Assert.Equal((200, "application/json", "no-store"), (reply.Status, reply.Header("Content-Type"), reply.Header("Cache-Control")));
        var health = JsonDocument.Parse(reply.Body).RootElement;
        Assert.Equal("ok", health.GetProperty("status").GetString());
        Assert.Equal("ok", health.GetProperty("entries").GetProperty("Channels").GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/health/live")]
    [InlineData("/")]
    public async Task A_method_that_is_not_served_is_refused_with_those_that_are(string target)
    {
        var reply = await Run.RequestAsync(gateway.Address, "POST", target, "x");

        Assert.Equal((405, "GET"), (reply.Status, reply.Header("Allow")));
    }

    [Fact]
    public async Task An_invalid_handshake_is_a_problem_with_a_code()
    {
        await using var client = await WireClient.ConnectAsync(gateway.Address);

        var reply = await client.UpgradeAsync("/channels/a", ("Sec-WebSocket-Version", "8"));

        Assert.Equal((400, "13"), (reply.Status, reply.Header("Sec-WebSocket-Version")));
        Assert.Equal("websocket_handshake_invalid", Run.ProblemCode(reply));
    }

    [Fact]
    public async Task A_page_of_a_foreign_origin_is_refused_with_a_code()
    {
        await using var client = await WireClient.ConnectAsync(gateway.Address);

        var reply = await client.UpgradeAsync("/channels/a", ("Origin", "https://foreign.example"));

        Assert.Equal(403, reply.Status);
        Assert.Equal("origin_not_allowed", Run.ProblemCode(reply));
    }
}
