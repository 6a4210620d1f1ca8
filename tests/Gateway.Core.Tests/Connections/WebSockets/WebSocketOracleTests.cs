using System.Net.WebSockets;
using System.Text;
using Gateway.Core.Connections.WebSockets;

namespace Gateway.Core.Tests.Connections.WebSockets;

/// <summary>The framework's client as the other end: we read what it writes, and it reads what we write.</summary>
public class WebSocketOracleTests
{
    [Fact]
    public async Task What_the_frameworks_client_writes_is_read_back()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            using var wire = new MemoryStream();
            var written = await WriteAtRandom(wire, random);
            var stream = wire.ToArray();
            Assert.Equal(written, Client.Hear(Pieces.Whole(stream)));
            Assert.Equal(written, Client.Hear(Pieces.AtRandom(stream, random, longest: 1 << random.Next(1, 17))));
        }
    }

    [Theory]
    [InlineData(false, "PONG 0")]
    [InlineData(true, "PING 8")]
    public async Task The_frameworks_heartbeats_and_close_are_read_back(bool wantsAnswers, string expected)
    {
        var options = new WebSocketCreationOptions
        {
            KeepAliveInterval = TimeSpan.FromMilliseconds(10),
            KeepAliveTimeout = wantsAnswers ? TimeSpan.FromMinutes(1) : Timeout.InfiniteTimeSpan,
        };
        using var wire = new DuplexStream(incoming: WebSocketFrames.Close(1000, ""));
        using var client = WebSocket.CreateFromStream(wire, options);
        await wire.FirstWrite.WaitAsync(TimeSpan.FromSeconds(30));
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None);

        var events = Client.Hear([wire.Written()]);
        Assert.StartsWith(expected, events[0], StringComparison.Ordinal);
        Assert.Equal("close 1000: done", events[^1]);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(125), InlineData(126), InlineData(127)]
    [InlineData(65_535), InlineData(65_536), InlineData(200_000)]
    public async Task The_frameworks_client_reads_our_messages(int length)
    {
        var payload = new byte[length];
        Array.Fill(payload, (byte)'x');
        byte[] stream =
        [
            .. WebSocketFrames.Text(payload), .. WebSocketFrames.Ping("are you there"u8), .. WebSocketFrames.Pong([]),
            .. WebSocketFrames.Binary(payload), .. WebSocketFrames.Close(1001, "going away"),
        ];
        using var wire = new DuplexStream(incoming: stream);
        using var client = WebSocket.CreateFromStream(wire, new WebSocketCreationOptions());

        Assert.Equal((WebSocketMessageType.Text, Convert.ToHexString(payload)), await Receive(client));
        Assert.Equal((WebSocketMessageType.Binary, Convert.ToHexString(payload)), await Receive(client));
        Assert.Equal((WebSocketMessageType.Close, ""), await Receive(client));
        Assert.Equal((WebSocketCloseStatus)1001, client.CloseStatus);
        Assert.Equal("going away", client.CloseStatusDescription);
        Assert.Equal(["PONG 13: are you there"], Client.Hear([wire.Written()]));
    }

    static async Task<List<string>> WriteAtRandom(MemoryStream wire, Random random)
    {
        List<string> written = [];
        using var client = WebSocket.CreateFromStream(wire, new WebSocketCreationOptions());
        for (var messages = random.Next(1, 20); messages > 0; messages--)
        {
            var isText = random.Next(2) == 0;
            var payload = isText ? RandomText(random) : RandomBytes(random);
            var type = isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
            await Send(client, payload, type, fragments: random.Next(1, 4));
            written.Add(Client.Line(isText ? WebSocketOpcode.Text : WebSocketOpcode.Binary, payload));
        }

        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "Grüße", CancellationToken.None);
        return [.. written, "close 1000: Grüße"];
    }

    static async Task Send(WebSocket client, byte[] payload, WebSocketMessageType type, int fragments)
    {
        var size = payload.Length / fragments;
        for (var fragment = 1; fragment < fragments; fragment++)
            await client.SendAsync(payload.AsMemory((fragment - 1) * size, size), type, false, CancellationToken.None);
        await client.SendAsync(payload.AsMemory((fragments - 1) * size), type, true, CancellationToken.None);
    }

    static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(1 << random.Next(18))];
        random.NextBytes(bytes);
        return bytes;
    }

    static byte[] RandomText(Random random)
    {
        string[] alphabet = ["a", "é", "€", "😀"];
        return Encoding.UTF8.GetBytes(string.Concat(random.GetItems(alphabet, random.Next(1 << random.Next(14)))));
    }

    static async Task<(WebSocketMessageType Type, string Hex)> Receive(WebSocket client)
    {
        using var message = new MemoryStream();
        var buffer = new byte[4_096];
        while (true)
        {
            var result = await client.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            message.Write(buffer, 0, result.Count);
            if (result.EndOfMessage)
                return (result.MessageType, Convert.ToHexString(message.ToArray()));
        }
    }
}
