using Gateway.Core.Connections;
using Gateway.Core.Modules;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Streams;

/// <summary>Says which request means what below <c>/stream</c>. Paths are compared as they stand in the request; nothing is tidied.</summary>
sealed class StreamEndpoints(ProducerEndpoints producers, ConsumerEndpoints consumers, StoreEndpoints streams)
{
    const string Root = "/stream";
    const string Build = "build/";

    /// <summary>Any request that asks for no WebSocket.</summary>
    public Task HandleAsync(HttpContext context)
    {
        string path = context.ModulePath();
        string method = context.Request.Method;
        if (path == Root)
            return HandleRootAsync(context, method);
        string rest = path[(Root.Length + 1)..];
        if (rest.Length == 0)
            return HandleEmptyAsync(context, method);
        if (rest.StartsWith(Build, StringComparison.Ordinal) && StreamId.Parse(rest[Build.Length..]) is { } buildId && !rest[Build.Length..].Contains('/'))
            return HandleBuildAsync(context, method, buildId);
        if (Find(rest, out string id) is { } refusal)
            return refusal.ExecuteAsync(context);
        return HandleStreamAsync(context, method, id);
    }

    /// <summary>A request for a WebSocket.</summary>
    public WebSocketAnswer Open(HttpContext context)
    {
        string path = context.ModulePath();
        if (Find(path.Length > Root.Length ? path[(Root.Length + 1)..] : "", out string id) is { } refusal)
            return WebSocketAnswer.Refuse(refusal);
        return context.Allows(ConsumerEndpoints.Read, $"/{id}")
            ? consumers.Open(context, id)
            : WebSocketAnswer.Refuse(context.Forbid(ConsumerEndpoints.Read, $"/{id}"));
    }

    Task HandleRootAsync(HttpContext context, string method) => method switch
    {
        "POST" => Allowed(context, ProducerEndpoints.Write, "/", () => producers.CreateAsync(context, null)),
        "GET" => Allowed(context, StoreEndpoints.ListAction, "/", () => streams.ListAsync(context)),
        _ => StreamAnswers.MethodNotAllowed(method, "GET, POST").ExecuteAsync(context),
    };

    // The original knows no list, and takes an empty id for one that does not exist.
    Task HandleEmptyAsync(HttpContext context, string method) => method switch
    {
        "POST" => Allowed(context, ProducerEndpoints.Write, "/", () => producers.CreateAsync(context, null)),
        "GET" or "HEAD" => StreamAnswers.DoesNotExist("").ExecuteAsync(context),
        _ => StreamAnswers.MethodNotAllowed(method, "GET, HEAD, POST").ExecuteAsync(context),
    };

    Task HandleBuildAsync(HttpContext context, string method, string buildId) => method switch
    {
        "DELETE" => Allowed(context, StoreEndpoints.DeleteAction, $"/build-{buildId}-", () => streams.DeleteBuildAsync(context, buildId)),
        _ => StreamAnswers.MethodNotAllowed(method, "DELETE").ExecuteAsync(context),
    };

    Task HandleStreamAsync(HttpContext context, string method, string id) => method switch
    {
        "GET" => Allowed(context, ConsumerEndpoints.Read, $"/{id}", () => consumers.GetAsync(context, id)),
        "HEAD" => Allowed(context, ConsumerEndpoints.Read, $"/{id}", () => consumers.HeadAsync(context, id)),
        "POST" => Allowed(context, ProducerEndpoints.Write, $"/{id}", () => producers.CreateAsync(context, id)),
        "PATCH" => Allowed(context, ProducerEndpoints.Write, $"/{id}", () => producers.ResumeAsync(context, id)),
        "DELETE" => Allowed(context, StoreEndpoints.DeleteAction, $"/{id}", () => streams.DeleteAsync(context, id)),
        _ => StreamAnswers.MethodNotAllowed(method, "GET, HEAD, POST, PATCH, DELETE").ExecuteAsync(context),
    };

    static IResult? Find(string segment, out string id)
    {
        id = segment.Contains('/') ? "" : StreamId.Parse(segment) ?? "";
        if (id.Length == 0)
            return StreamAnswers.NotFound($"{Root}/{segment}");
        return StreamId.IsRefused(id) ? StreamAnswers.IdRefused() : null;
    }

    static Task Allowed(HttpContext context, string action, string path, Func<Task> handle) =>
        context.Allows(action, path) ? handle() : context.Forbid(action, path).ExecuteAsync(context);
}
