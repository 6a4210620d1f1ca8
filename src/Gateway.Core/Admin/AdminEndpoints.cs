using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gateway.Core.Configuration;
using Gateway.Core.Connections;
using Gateway.Core.Hosting;
using Gateway.Core.Hosting.Reloading;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Admin;

/// <summary>
/// <c>/admin/api</c>: what the console shows and does, for scripts. <c>openapi.json</c> below it describes it.
/// </summary>
static class AdminEndpoints
{
    const int MaxBodyBytes = 64 * 1024;

    // RFC 6455, section 5.5: a close frame has 125 bytes, two of which are the code.
    const int MaxReason = 123;

    static readonly TimeSpan LongestWindow = TimeSpan.FromHours(1);

    static readonly byte[] OpenApi = Resource("openapi.json");

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/admin/api").WithMetadata(new AdminGuard.Marker());
        foreach (string view in endpoints.ServiceProvider.GetRequiredService<AdminViews>().All.Keys)
            api.MapGet($"/{view}", context => ShowAsync(context, view));
        api.MapGet("/live", LiveViews.ServeAsync);
        api.MapGet("/connections/{id}", ShowConnectionAsync);
        api.MapPost("/connections/{id}/close", CloseConnectionAsync);
        api.MapPost("/drain", DrainAsync);
        api.MapPost("/reload", ReloadAsync);
        api.MapGet("/openapi.json", context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.Body.WriteAsync(OpenApi).AsTask();
        });
    }

    /// <summary>How a view is written as JSON.</summary>
    public static JsonTypeInfo TypeOf(object value) =>
        AdminJson.Default.GetTypeInfo(value switch
        {
            IReadOnlyList<ModuleState> => typeof(IReadOnlyList<ModuleState>),
            IReadOnlyList<TenantState> => typeof(IReadOnlyList<TenantState>),
            _ => value.GetType(),
        })!;

    /// <summary>A file that is part of the program.</summary>
    public static byte[] Resource(string name)
    {
        using var stream = typeof(AdminEndpoints).Assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    static async Task ShowAsync(HttpContext context, string view)
    {
        var (query, fault) = AdminQuery.Read(context.Request.Query);
        if (fault != null)
            await fault.ExecuteAsync(context).ConfigureAwait(false);
        else
            await AnswerAsync(context, await context.RequestServices.GetRequiredService<AdminViews>().All[view](query!, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    static Task ShowConnectionAsync(HttpContext context) =>
        Find(context) is { } connection ? AnswerAsync(context, AdminViews.Show(connection)) : NoSuchConnection().ExecuteAsync(context);

    static async Task CloseConnectionAsync(HttpContext context)
    {
        if (await ReadAsync(context, AdminJson.Default.CloseRequest).ConfigureAwait(false) is not { } close
            || System.Text.Encoding.UTF8.GetByteCount(close.Reason ?? "") > MaxReason)
        {
            await Bad($"\"reason\", a text of at most {MaxReason} bytes").ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        if (Find(context) is not { } connection)
        {
            await NoSuchConnection().ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        connection.Close(CloseReason.Kicked, string.IsNullOrWhiteSpace(close.Reason) ? null : close.Reason);
        await AnswerAsync(context, AdminViews.Show(connection)).ConfigureAwait(false);
    }

    static async Task DrainAsync(HttpContext context)
    {
        var drain = context.RequestServices.GetRequiredService<Drain>();
        var connections = context.RequestServices.GetRequiredService<ConnectionRegistry>();
        var window = drain.Window;
        if (await ReadAsync(context, AdminJson.Default.DrainRequest).ConfigureAwait(false) is not { } request
            || (request.Window != null && !(Duration.TryParse(request.Window, out window) && window >= TimeSpan.Zero && window <= LongestWindow)))
        {
            await Bad("\"window\", a duration such as 00:00:30, at most 01:00:00").ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        if (connections.IsDraining)
        {
            await Problems.Create(StatusCodes.Status409Conflict, "draining", "The gateway is draining already.").ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        context.Response.OnCompleted(() =>
        {
            drain.Begin(window);
            return Task.CompletedTask;
        });
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await AnswerAsync(context, new DrainState(connections.Count, window.ToString("c", CultureInfo.InvariantCulture))).ConfigureAwait(false);
    }

    static async Task ReloadAsync(HttpContext context)
    {
        // To the end, whether the operator waits for it or not.
        var state = await context.RequestServices.GetRequiredService<Reload>().RunAsync(CancellationToken.None).ConfigureAwait(false);
        await (state.IsRefused
            ? Problems.Create(StatusCodes.Status422UnprocessableEntity, "configuration_refused", string.Join('\n', state.Faults)).ExecuteAsync(context)
            : AnswerAsync(context, state)).ConfigureAwait(false);
    }

    static ClientConnection? Find(HttpContext context) =>
        long.TryParse(context.Request.RouteValues["id"] as string, NumberStyles.None, CultureInfo.InvariantCulture, out long id)
            ? context.RequestServices.GetRequiredService<ConnectionRegistry>().Find(id)
            : null;

    static Task AnswerAsync(HttpContext context, object value)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return JsonSerializer.SerializeAsync(context.Response.Body, value, TypeOf(value), context.RequestAborted);
    }

    // No body is an empty object; null where it is neither that nor what is asked for.
    static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type) where T : class
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxBodyBytes;
        try
        {
            if (context.Request.ContentLength is null or 0 && !context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody)
                return JsonSerializer.Deserialize("{}", type);
            return context.Request.HasJsonContentType()
                ? await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted).ConfigureAwait(false)
                : null;
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            return null;
        }
    }

    static IResult NoSuchConnection() => Problems.Create(StatusCodes.Status404NotFound, "no_such_connection", "There is no such connection; it may have ended.");

    static IResult Bad(string allowed) => Problems.Create(
        StatusCodes.Status400BadRequest, "body_invalid", $"The body must be JSON (application/json), an object with at most {allowed}.");
}
