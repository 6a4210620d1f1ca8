using System.Text;
using Gateway.Core.Auth;
using Gateway.Core.Diagnostics;
using Gateway.Core.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gateway.Core.Hosting;

/// <summary>
/// <c>/t/{tenant}/metrics</c>: what of <c>/metrics</c> has the tenant's name, for whoever presents its <c>MetricsToken</c>. A
/// tenant without one has no such page.
/// </summary>
static class TenantMetricsEndpoint
{
    const string Type = "text/plain; version=0.0.4; charset=utf-8";

    public static void Map(IEndpointRouteBuilder endpoints, Tenant tenant, Func<string?> token)
    {
        var failed = new FailedAttempts();
        // Not before somebody asks: the exporter is complete only once the gateway has been put together.
        var scrape = new Lazy<RequestDelegate>(() => MetricsEndpoint.Scrape(endpoints.ServiceProvider));
        endpoints.MapGet($"{Door.TenantPrefix(tenant)}/metrics", context =>
        {
            var refusal = token() is { } expected ? Refusal(context, expected, failed) : Problems.NotFound();
            return refusal == null ? WriteAsync(context, scrape.Value, $"tenant=\"{tenant.Name}\"") : refusal.ExecuteAsync(context);
        });
    }

    static IResult? Refusal(HttpContext context, string expected, FailedAttempts failed)
    {
        var address = context.Connection.RemoteIpAddress;
        if (failed.Wait(address) is { } wait)
            return Problems.TooManyAttempts(wait);
        var (given, fault) = TokenRule.Default.Read(context.Request);
        if (fault != null || given == null)
            return Problems.Refusal(fault ?? AuthFault.TokenMissing);
        if (TokenHash.Of(given).FixedTimeEquals(TokenHash.Of(expected)))
            return null;
        failed.Add(address);
        return Problems.Refusal(AuthFault.TokenUnknown);
    }

    static async Task WriteAsync(HttpContext context, RequestDelegate scrape, string label)
    {
        // The exporter's other format has more than lines of samples.
        context.Request.Headers.Accept = "text/plain";
        var answer = context.Response.Body;
        using var all = new MemoryStream();
        context.Response.Body = all;
        try
        {
            await scrape(context).ConfigureAwait(false);
        }
        finally
        {
            context.Response.Body = answer;
        }
        byte[] own = Encoding.UTF8.GetBytes(Filter(Encoding.UTF8.GetString(all.GetBuffer(), 0, (int)all.Length), label));
        context.Response.ContentType = Type;
        context.Response.ContentLength = own.Length;
        context.Response.Headers.CacheControl = "no-store";
        await answer.WriteAsync(own, context.RequestAborted).ConfigureAwait(false);
    }

    // The names of tenants need no escapes, so a label is found as it is written. What heads a family is kept for its first sample.
    static string Filter(string page, string label)
    {
        var own = new StringBuilder();
        var head = new StringBuilder();
        bool isHead = false;
        foreach (var line in page.AsSpan().EnumerateLines())
        {
            if (line.StartsWith('#'))
            {
                if (!isHead)
                    head.Clear();
                head.Append(line).Append('\n');
            }
            else if (HasLabel(line, label))
            {
                own.Append(head).Append(line).Append('\n');
                head.Clear();
            }
            isHead = line.StartsWith('#');
        }
        return own.ToString();
    }

    static bool HasLabel(ReadOnlySpan<char> line, string label)
    {
        int at = line.IndexOf(label);
        return at > 0 && line[at - 1] is '{' or ',';
    }
}
