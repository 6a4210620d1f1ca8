using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Tests.Testing;

/// <summary>Kestrel with the framework's own WebSockets, which answers as it is spoken to.</summary>
sealed class EchoServer : IAsyncDisposable
{
    readonly WebApplication _app;

    EchoServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<EchoServer> StartAsync(string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(AnswerAsync);
        await app.StartAsync();
        return new EchoServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    static async Task AnswerAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Append("X-Seen", context.Request.Headers["X-Sent"]);
            await context.Response.WriteAsync($"{context.Request.Method} ");
            await context.Request.Body.CopyToAsync(context.Response.Body);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[100_000];
        WebSocketReceiveResult received;
        while ((received = await socket.ReceiveAsync(buffer, context.RequestAborted)).CloseStatus is null)
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        await socket.CloseAsync(received.CloseStatus.Value, received.CloseStatusDescription, context.RequestAborted);
    }
}
