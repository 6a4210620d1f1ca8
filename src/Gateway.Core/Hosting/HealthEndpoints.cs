using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.Core.Hosting;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/startup</c>: what is stored has been loaded; 503 until then.
/// <c>/health/ready</c>: it can serve clients; 503 until it has started, while something that it needs is missing, and while
/// it drains. All list every module and dependency: modules add theirs as health checks.
/// </summary>
static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health/live", context => AnswerAsync(context, (_, _) => HealthStatus.Healthy));
        endpoints.MapGet("/health/startup", context => AnswerAsync(context, (tenants, _) => tenants.AreStarted ? HealthStatus.Healthy : HealthStatus.Unhealthy));
        endpoints.MapGet("/health/ready", context => AnswerAsync(context, (_, entries) => entries.Min(entry => entry.Result.Status)));
    }

    static async Task AnswerAsync(HttpContext context, Func<TenantHosts, List<(string Name, HealthReportEntry Result)>, HealthStatus> judge)
    {
        var entries = await CheckAsync(context.RequestServices, context.RequestAborted).ConfigureAwait(false);
        var status = judge(context.RequestServices.GetRequiredService<TenantHosts>(), entries);
        context.Response.StatusCode = status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        var json = new Utf8JsonWriter(context.Response.BodyWriter);
        await using (json.ConfigureAwait(false))
            Write(json, status, entries);
    }

    /// <summary>All entries: of the core, and of each tenant, whose name then stands before the entry's.</summary>
    public static async Task<List<(string Name, HealthReportEntry Result)>> CheckAsync(IServiceProvider core, CancellationToken cancellation)
    {
        var entries = new List<(string, HealthReportEntry)>();
        await AddAsync(core, "").ConfigureAwait(false);
        var tenants = core.GetRequiredService<TenantHosts>();
        // What is being loaded cannot be asked yet.
        if (!tenants.AreStarted)
            return entries;
        foreach (var tenant in tenants.All)
        {
            string prefix = tenant.Tenant.IsDefault ? "" : $"{tenant.Tenant.Name}/";
            entries.AddRange(tenant.CheckSchemes().Select(entry => (prefix + entry.Name, entry.Result)));
            foreach (var module in tenant.Hosts)
                await AddAsync(module.Services, prefix).ConfigureAwait(false);
        }
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
