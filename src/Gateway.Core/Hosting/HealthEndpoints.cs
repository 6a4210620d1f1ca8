using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.Core.Hosting;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it can serve clients; 503 while something that it
/// needs is missing or while it drains. Both list every module and dependency: modules add theirs as health checks.
/// </summary>
static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health/live", context => AnswerAsync(context, alwaysOk: true));
        endpoints.MapGet("/health/ready", context => AnswerAsync(context, alwaysOk: false));
    }

    static async Task AnswerAsync(HttpContext context, bool alwaysOk)
    {
        var entries = await CheckAsync(context.RequestServices, context.RequestAborted).ConfigureAwait(false);
        var worst = alwaysOk ? HealthStatus.Healthy : entries.Min(entry => entry.Result.Status);
        context.Response.StatusCode = worst == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        var json = new Utf8JsonWriter(context.Response.BodyWriter);
        await using (json.ConfigureAwait(false))
            Write(json, worst, entries);
    }

    /// <summary>All entries: of the core, and of each tenant, whose name then stands before the entry's.</summary>
    public static async Task<List<(string Name, HealthReportEntry Result)>> CheckAsync(IServiceProvider core, CancellationToken cancellation)
    {
        var entries = new List<(string, HealthReportEntry)>();
        await AddAsync(core, "").ConfigureAwait(false);
        foreach (var tenant in core.GetRequiredService<TenantHosts>().All)
            await AddAsync(tenant.Services, tenant.Tenant.IsDefault ? "" : $"{tenant.Tenant.Name}/").ConfigureAwait(false);
        return entries;

        async Task AddAsync(IServiceProvider services, string prefix)
        {
            var report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellation).ConfigureAwait(false);
            entries.AddRange(report.Entries.Select(entry => (prefix + entry.Key, entry.Value)));
        }
    }

    static void Write(Utf8JsonWriter json, HealthStatus status, List<(string Name, HealthReportEntry Result)> entries)
    {
        json.WriteStartObject();
        json.WriteString("status", Name(status));
        json.WriteStartObject("entries");
        foreach (var (name, entry) in entries)
        {
            json.WriteStartObject(name);
            json.WriteString("status", Name(entry.Status));
            if (entry.Description != null)
                json.WriteString("description", entry.Description);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>How a status is written.</summary>
    public static string Name(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "ok",
        HealthStatus.Degraded => "degraded",
        _ => "unavailable",
    };
}
