using System.Text;
using Gateway.Testing;

namespace Gateway.Modules.Channels.Tests;

/// <summary>The cases that Pinghub tests itself with, on a gateway configured as its tests configure it.</summary>
public class UpstreamTests(UpstreamTests.Pinghub gateway) : IClassFixture<UpstreamTests.Pinghub>
{
    const string End = "the end of all messages, longer than any random one";

    public sealed class Pinghub() : ChannelsGateway("""
        "AllowedOrigins": "https://example.com"
        """);

    [Theory, EveryDoor]
    public async Task The_page_names_its_channel(Door door)
    {
        var reply = await gateway.RequestAsync(door, "GET", "/somestring");
        Assert.Contains("<html>", reply.Text, StringComparison.Ordinal);
        Assert.Contains("/somestring", reply.Text, StringComparison.Ordinal);
    }

    [Theory, EveryDoor("/<xss>"), EveryDoor("/%3Cxss%3E")]
    public async Task The_page_escapes_the_name_of_its_channel(Door door, string channel)
    {
        var reply = await gateway.RequestAsync(door, "GET", channel);
        Assert.DoesNotContain("<xss>", reply.Text, StringComparison.Ordinal);
        Assert.Contains("/&lt;xss&gt;", reply.Text, StringComparison.Ordinal);
    }

    [Theory, EveryDoor("https://example.net"), EveryDoor("http://example.com")]
    public async Task A_foreign_origin_gets_no_WebSocket(Door door, string origin)
    {
        Assert.Equal(403, (await gateway.UpgradeAsync(door, "/a", ("Origin", origin))).Status);
    }

    [Theory, EveryDoor(1, false), EveryDoor(10, false), EveryDoor(100, false), EveryDoor(1, true), EveryDoor(10, true), EveryDoor(100, true)]
    public async Task Every_client_hears_all_that_is_said_from_its_joining_on(Door door, int count, bool unicodePath)
    {
        var random = new Random(count);
        string name = unicodePath ? RandomText(random, 1, 20) : $"testpath{count}";
        string channel = $"/{Uri.EscapeDataString(name)}-{door}";
        await using var clients = new Clients();
        var expected = new List<StringBuilder>();
        for (int i = 0; i < count; i++)
        {
            string message = RandomText(random, 0, 30);
            foreach (var text in expected)
                text.Append(message);
            if (random.Next(2) == 0)
            {
                var reply = await gateway.PostAsync(door, channel, message);
                Assert.Equal((200, "OK\n"), (reply.Status, reply.Text));
                continue;
            }
            clients.Add(await gateway.ConnectAsync(door));
            expected.Add(new StringBuilder());
            await clients[^1].UpgradeAsync(ChannelsGateway.Target(door, channel), ("Origin", "https://example.com"));
            await clients[^1].SendTextAsync(message);
            Assert.Equal(message, await clients[^1].ReadTextAsync());
        }
        await gateway.PostAsync(door, channel, End);
        for (int i = 0; i < clients.Count; i++)
            Assert.Equal(expected[i].ToString(), await ReadAllAsync(clients[i]));
    }

    static async Task<string> ReadAllAsync(WireClient client)
    {
        var heard = new StringBuilder();
        while (await client.ReadTextAsync() is var text && text != End)
            heard.Append(text);
        return heard.ToString();
    }

    static string RandomText(Random random, int shortest, int longest)
    {
        var text = new StringBuilder();
        for (int left = random.Next(shortest, longest + 1); left > 0;)
        {
            if (Rune.TryCreate(random.Next(0x20, 0x2ffff), out var rune))
            {
                text.Append(rune);
                left--;
            }
        }
        return text.ToString();
    }
}
