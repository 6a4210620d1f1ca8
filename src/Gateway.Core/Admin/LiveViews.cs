using System.Text.Json;
using Gateway.Core.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Core.Admin;

/// <summary>
/// <c>/admin/api/live?views=overview,endings</c>: views as server-sent events, each under its name, every second, with the
/// query of their own addresses. Of <c>endings</c> only those are sent that are new, and nothing where there are none.
/// </summary>
static class LiveViews
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static async Task ServeAsync(HttpContext context)
    {
        var views = context.RequestServices.GetRequiredService<AdminViews>();
        string[] names = (context.Request.Query["views"] is [{ Length: > 0 } asked, ..] ? asked : "overview,slow,endings").Split(',');
        var (query, fault) = AdminQuery.Read(context.Request.Query);
        fault ??= names.All(views.All.ContainsKey) ? null : Problems.Create(
            StatusCodes.Status400BadRequest, "query_invalid", $"views must be names with commas between: {string.Join(", ", views.All.Keys)}.");
        if (fault != null)
        {
            await fault.ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        // The server waits for its requests before it stops: this one must not be what it waits for.
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        // Proxies that buffer would make it anything but live.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await SendAsync(context.Response, views, names, query!, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The operator has gone, or the gateway goes.
        }
    }

    static async Task SendAsync(HttpResponse response, AdminViews views, string[] names, AdminQuery query, CancellationToken end)
    {
        using var timer = new PeriodicTimer(Interval);
        do
        {
            foreach (string name in names)
            {
                object value = await views.All[name](query, end).ConfigureAwait(false);
                if (value is Page<Connections.Ending> endings)
                {
                    if (endings.Items.Count == 0)
                        continue;
                    query = query with { After = endings.Items[^1].Number };
                }
                string json = JsonSerializer.Serialize(value, AdminEndpoints.TypeOf(value));
                await response.WriteAsync($"event: {name}\ndata: {json}\n\n", end).ConfigureAwait(false);
            }
            await response.Body.FlushAsync(end).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(end).ConfigureAwait(false));
    }
}
