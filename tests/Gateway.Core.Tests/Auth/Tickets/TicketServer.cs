using System.Collections.Concurrent;
using System.Text;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Auth.Tickets;

/// <summary>The application that knows tickets; it answers what the test says.</summary>
sealed class TicketServer : IAsyncDisposable
{
    LocalWebServer? _server;

    public sealed record Request(string Method, string Path, string? ContentType, string? Authorization, string Body, string Connection, string Id, string? Signature);

    public ConcurrentQueue<Request> Requests { get; } = [];

    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public int Port => new Uri(_server!.Url).Port;

    public static async Task<TicketServer> StartAsync()
    {
        var server = new TicketServer();
        server._server = await LocalWebServer.StartAsync(server.HandleAsync);
        return server;
    }

    public void AnswerJson(string json, int status = 200, string contentType = "application/json") => Answer = async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(json));
    };

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        Requests.Enqueue(new Request(context.Request.Method, $"{context.Request.Path}{context.Request.QueryString}",
            context.Request.ContentType, context.Request.Headers.Authorization, body, context.Connection.Id, context.TraceIdentifier, context.Request.Headers["Gateway-Signature"]));
        await Answer(context);
    }
}
