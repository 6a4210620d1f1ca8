using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Auth.Jwt;

/// <summary>A web server that publishes keys, or misbehaves as a test likes.</summary>
sealed class KeyServer : IAsyncDisposable
{
    LocalWebServer? _server;
    int _requests;

    public string Url => _server!.Url;

    /// <summary>What it answers.</summary>
    public RequestDelegate Answer { get; set; } = context => context.Response.WriteAsync("{}");

    /// <summary>How often it was asked.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static async Task<KeyServer> StartAsync(string? answer = null)
    {
        var server = new KeyServer();
        server._server = await LocalWebServer.StartAsync(context =>
        {
            Interlocked.Increment(ref server._requests);
            return server.Answer(context);
        });
        if (answer != null)
            server.Publish(answer);
        return server;
    }

    public void Publish(string answer) => Answer = context => context.Response.WriteAsync(answer);

    /// <summary>From now on there is no answer before <paramref name="until"/> ends.</summary>
    public void Hang(Task until) => Answer = context => until.WaitAsync(context.RequestAborted);

    public ValueTask DisposeAsync() => _server!.DisposeAsync();
}
