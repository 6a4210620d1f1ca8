using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Testing;

/// <summary>A real web server on a free port of this machine, for what the gateway calls. Disposing cuts what is under way.</summary>
public sealed class LocalWebServer : IAsyncDisposable
{
    readonly WebApplication _app;

    LocalWebServer(WebApplication app) => _app = app;

    /// <summary>Its address, without a slash at the end.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>Starts it.</summary>
    /// <param name="answer">Answers every request.</param>
    /// <param name="protocols">What it speaks; without TLS, HTTP/2 only alone.</param>
    public static async Task<LocalWebServer> StartAsync(RequestDelegate answer, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0")
            .ConfigureKestrel(server => server.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = protocols));
        var server = new LocalWebServer(builder.Build());
        server._app.Run(answer);
        await server._app.StartAsync();
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
