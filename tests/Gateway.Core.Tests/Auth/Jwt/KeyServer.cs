using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Tests.Auth.Jwt;

/// <summary>A web server that publishes keys, or misbehaves as a test likes.</summary>
sealed class KeyServer : IAsyncDisposable
{
    readonly WebApplication _app;
    int _requests;

    KeyServer(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>What it answers.</summary>
    public RequestDelegate Answer { get; set; } = context => context.Response.WriteAsync("{}");

    /// <summary>How often it was asked.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static async Task<KeyServer> StartAsync(string? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new KeyServer(builder.Build());
        server._app.Run(context =>
        {
            Interlocked.Increment(ref server._requests);
            return server.Answer(context);
        });
        await server._app.StartAsync();
        if (answer != null)
            server.Publish(answer);
        return server;
    }

    public void Publish(string answer) => Answer = context => context.Response.WriteAsync(answer);

    /// <summary>From now on there is no answer before <paramref name="until"/> ends.</summary>
    public void Hang(Task until) => Answer = context => until.WaitAsync(context.RequestAborted);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
