using System.Net;
using System.Net.WebSockets;
using System.Text;
using Gateway.Testing;

namespace Gateway.Security.Tests;

/// <summary>TLS with HTTP/2: requests, and WebSockets as RFC 8441 has them, in every module that has some.</summary>
public class Http2Tests
{
    [Fact]
    public async Task WebSockets_of_every_module_go_by_HTTP2()
    {
        await using var gateway = await GatewayFixture.StartAsync($$"""
            {
              "Urls": "https://127.0.0.1:0",
              "Tls": { "Certificate": "cert.pem", "Key": "key.pem" },
              "DataDirectory": "{{GatewayFixture.FolderMark}}/data",
              "Redis": { "EmbeddedPort": 0 },
              "Modules": { "Channels": {}, "Events": {}, "JsonStore": {}, "Router": {}, "Streams": {} }
            }
            """);
        // The certificate is of the test's own making: what matters is what passes through.
#pragma warning disable CA5400, CA5359
        using var handler = new SocketsHttpHandler { SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
#pragma warning restore CA5400, CA5359
        using var http = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var address = gateway.Address("Channels");
        using var stored = await http.PutAsync(new Uri(address, "/json/a"), new StringContent("\"value\""));
        Assert.Equal((HttpStatusCode.Accepted, HttpVersion.Version20), (stored.StatusCode, stored.Version));
        using var posted = await http.PostAsync(new Uri(address, "/stream/a"), new StringContent("bytes"));
        Assert.Equal((HttpStatusCode.Created, HttpVersion.Version20), (posted.StatusCode, posted.Version));

        Assert.Equal("hello", await ExchangeAsync("/channels/a", "hello"));
        Assert.Equal("\"value\"", await ExchangeAsync("/json/a", null));
        Assert.Contains("value", await ExchangeAsync("/json?method=reusable", """{"type":"subscribe","paths":["a"]}"""), StringComparison.Ordinal);
        Assert.Equal("""{"event":"pong","data":"x"}""", await ExchangeAsync("/router", """{"event":"ping","data":"x"}"""));
        Assert.Equal("bytes", await ExchangeAsync("/stream/a", null));

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var events = await http.GetAsync(new Uri(address, "/events"), HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Equal((HttpVersion.Version20, "text/event-stream"), (events.Version, events.Content.Headers.ContentType?.MediaType));

        async Task<string> ExchangeAsync(string path, string? message)
        {
            using var timer = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            using var socket = new ClientWebSocket();
            socket.Options.HttpVersion = HttpVersion.Version20;
            socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            var target = new UriBuilder(new Uri(address, path)) { Scheme = "wss" }.Uri;
            await socket.ConnectAsync(target, http, timer.Token);
            if (message != null)
                await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, timer.Token);
            byte[] buffer = new byte[1000];
            var received = await socket.ReceiveAsync(buffer, timer.Token);
            return Encoding.UTF8.GetString(buffer, 0, received.Count);
        }
    }
}
