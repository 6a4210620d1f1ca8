using System.Collections.Concurrent;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Router.Tests;

/// <summary>A real HTTP service whose answers the test decides, and which keeps what it was sent.</summary>
sealed class Service : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, Func<HttpContext, ServiceCall, Task>> _answers = new();
    readonly ConcurrentQueue<ServiceCall> _calls = new();

    LocalWebServer? _server;

    public IReadOnlyList<ServiceCall> Calls => [.. _calls];

    public static async Task<Service> StartAsync()
    {
        var service = new Service();
        service._server = await LocalWebServer.StartAsync(service.HandleAsync);
        return service;
    }

    public string Url(string path) => _server!.Url + path;

    /// <summary>From now on a path answers this JSON.</summary>
    public void Answer(string path, string json) => On(path, (context, _) => JsonAsync(context, json));

    /// <summary>From now on a path answers a status and a body.</summary>
    public void Answer(string path, int status, string contentType, string body) => On(path, (context, _) =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body);
    });

    public void On(string path, Func<HttpContext, ServiceCall, Task> answer) => _answers[path] = answer;

    /// <summary>The bodies that a path got, in order.</summary>
    public IReadOnlyList<string> Bodies(string path) => [.. _calls.Where(call => call.Path == path).Select(call => call.Body)];

    public Task HasCallsAsync(string path, int count) => Eventually.BecomesTrueAsync(() => Bodies(path).Count >= count, $"{count} calls of {path}");

    public static Task JsonAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var call = new ServiceCall(
            context.Request.Path, await reader.ReadToEndAsync(), context.Request.Headers.ToDictionary(h => h.Key, h => h.Value), context.Connection.RemotePort);
        _calls.Enqueue(call);
        if (_answers.TryGetValue(call.Path, out var answer))
            await answer(context, call);
        else
            await JsonAsync(context, """{"status":"ok"}""");
    }
}
