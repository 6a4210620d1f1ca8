using System.Net.WebSockets;
using System.Text;
using Gateway.Testing;
using Gateway.Testing.Browser;

namespace Gateway.Modules.Router.Tests;

/// <summary>Compression (RFC 7692), with the framework's client, a browser and byte by byte.</summary>
public sealed class CompressionTests(Chromium chromium) : IClassFixture<Chromium>
{
    const string Services = """{ "plain": { "RequireAuthentication": false } }""";
    const string Offer = "permessage-deflate; client_max_window_bits";

    static readonly string Data = $"\"{string.Concat(Enumerable.Repeat("a title, a price; ", 500))}\"";

    [Fact]
    public async Task The_frameworks_client_is_sent_compressed_messages_and_sends_them()
    {
        await using var router = await RouterGateway.StartAsync(RedisKind.Embedded, Services);
        using var client = new ClientWebSocket();
        client.Options.DangerousDeflateOptions = new();
        await client.ConnectAsync(new UriBuilder(router.Gateway.Address("Router", 1)) { Scheme = "ws" }.Uri, CancellationToken.None);
        await SendAsync(client, """{"event":"subscribe","subscription":"plain.t"}""");
        Assert.Contains("\"ok\"", await ReceiveAsync(client), StringComparison.Ordinal);

        for (int i = 0; i < 3; i++)
        {
            await router.PushAsync("plain.t", Data);
            Assert.Contains(Data, await ReceiveAsync(client), StringComparison.Ordinal);
        }
        await SendAsync(client, $$"""{"event":"ping","data":{{Data}}}""");
        Assert.Contains(Data[..120], await ReceiveAsync(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_is_compressed_for_those_who_asked_for_it()
    {
        await using var router = await RouterGateway.StartAsync(RedisKind.Embedded, Services);
        await using var asked = await ConnectAsync(router, Offer);
        await using var narrow = await ConnectAsync(router, "permessage-deflate; server_max_window_bits=9");
        await using var plain = await ConnectAsync(router, null);
        foreach (var client in new[] { asked, narrow, plain })
            await client.SubscribeAsync("plain.t");

        await router.PushAsync("plain.t", Data);

        var frame = await asked.Wire.ReadMessageAsync();
        Assert.Equal(4, frame.Rsv);
        Assert.InRange(frame.Payload.Length, 1, Data.Length / 4);
        foreach (var client in new[] { narrow, plain })
            await client.ExpectPushesAsync("plain.t", Data);
    }

    [Fact]
    public async Task It_can_be_switched_off()
    {
        await using var router = await RouterGateway.StartAsync(RedisKind.Embedded, Services, """ "Compression": false """);
        await using var wire = await WireClient.ConnectAsync(router.Gateway.Address("Router", 1));

        Assert.Null((await wire.UpgradeAsync("/", ("Sec-WebSocket-Extensions", Offer))).Header("Sec-WebSocket-Extensions"));
    }

    [Fact]
    public async Task A_bomb_ends_the_session_as_a_message_too_large()
    {
        await using var router = await RouterGateway.StartAsync(RedisKind.Embedded, Services, """ "MaxMessageBytes": 65536 """);
        await using var client = await ConnectAsync(router, Offer);
        using var bomb = new MemoryStream();
        using (var deflate = new System.IO.Compression.DeflateStream(bomb, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
            deflate.Write(new byte[30_000_000]);
        Assert.InRange(bomb.Length, 1, 65536);

        await client.Wire.SendFrameAsync(WireOpcode.Text, bomb.ToArray(), rsv: 4);

        Assert.Equal(1009, (await client.Wire.ReadMessageAsync()).CloseCode);
        await router.LeavesNothingAsync(client);
    }

    [SkippableFact]
    public async Task A_browser_gets_and_sends_compressed_messages()
    {
        await using var router = await RouterGateway.StartAsync(RedisKind.Embedded, Services, """ "AllowedOrigins": "*" """);
        var page = await chromium.Browser.NewPageAsync();
        await page.GotoAsync(router.Service.Url("/page"));
        string address = new UriBuilder(router.Gateway.Address("Router", 1)) { Scheme = "ws" }.Uri.ToString();

        string extensions = await page.EvaluateAsync<string>(
            """
            address => new Promise((resolve, reject) => {
              window.got = [];
              window.socket = new WebSocket(address);
              socket.onerror = reject;
              socket.onopen = () => socket.send(JSON.stringify({ event: "subscribe", subscription: "plain.t" }));
              socket.onmessage = e => { got.push(JSON.parse(e.data)); resolve(socket.extensions); };
            })
            """,
            address);
        Assert.Contains("permessage-deflate", extensions, StringComparison.Ordinal);
        await router.PushAsync("plain.t", Data);
        await router.PushAsync("plain.t", "2");
        await page.WaitForFunctionAsync("() => got.length === 3");
        Assert.Equal(Data.Trim('"'), await page.EvaluateAsync<string>("got[1].data"));
        await page.EvaluateAsync("text => socket.send(JSON.stringify({ event: 'ping', data: text }))", Data);
        await page.WaitForFunctionAsync("() => got.length === 4 && got[3].data.length === 128");
    }

    static async Task<RouterClient> ConnectAsync(RouterGateway router, string? offer)
    {
        var wire = await WireClient.ConnectAsync(router.Gateway.Address("Router", 1));
        var reply = await wire.UpgradeAsync("/", ("Sec-WebSocket-Extensions", offer));
        Assert.Equal(offer != null, reply.Header("Sec-WebSocket-Extensions")?.StartsWith("permessage-deflate; server_no_context_takeover", StringComparison.Ordinal) == true);
        return new RouterClient(wire);
    }

    static Task SendAsync(ClientWebSocket client, string text) =>
        client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    static async Task<string> ReceiveAsync(ClientWebSocket client)
    {
        var text = new MemoryStream();
        byte[] buffer = new byte[4096];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await client.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            text.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
