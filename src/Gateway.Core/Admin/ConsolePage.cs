using System.Net.Mime;
using Gateway.Core.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Admin;

/// <summary>
/// <c>/admin/</c>: the operators' page. It is three files of the program's own; its policy allows nothing else, and it uses
/// nothing but the API beside it and, to try them, the modules.
/// </summary>
static class ConsolePage
{
    public static void Map(IEndpointRouteBuilder endpoints, AdminOptions options)
    {
        var page = endpoints.MapGroup("/admin").WithMetadata(new AdminGuard.Marker(IsPage: true));
        Serve("/", "console.html", MediaTypeNames.Text.Html);
        Serve("/console.css", "console.css", MediaTypeNames.Text.Css);
        Serve("/console.js", "console.js", MediaTypeNames.Text.JavaScript);
        Serve("/try.js", "try.js", MediaTypeNames.Text.JavaScript);
        void Serve(string path, string file, string type)
        {
            byte[] content = AdminEndpoints.Resource(file);
            page.MapGet(path, context =>
            {
                // To routing /admin and /admin/ are one, but what the page names is beside the latter.
                if (path == "/" && !context.Request.Path.Value!.EndsWith('/'))
                {
                    context.Response.Redirect("admin/");
                    return Task.CompletedTask;
                }
                var headers = context.Response.Headers;
                context.Response.ContentType = $"{type}; charset=utf-8";
                context.Response.ContentLength = content.Length;
                headers.ContentSecurityPolicy = Policy(context, options);
                headers.XContentTypeOptions = "nosniff";
                headers["Referrer-Policy"] = "no-referrer";
                headers.CacheControl = "no-cache";
                return context.Response.Body.WriteAsync(content).AsTask();
            });
        }
    }

    static string Policy(HttpContext context, AdminOptions options)
    {
        string connect = options.Listen.Count == 0 ? "" : string.Concat(Modules(context));
        return $"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'{connect}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    // On an address of their own the modules are elsewhere: at the same host as the page, by another port.
    static IEnumerable<string> Modules(HttpContext context)
    {
        foreach (string url in context.RequestServices.GetRequiredService<ModuleAddresses>().Shared)
        {
            if (Uri.TryCreate(url.Replace("://*:", "://0.0.0.0:", StringComparison.Ordinal), UriKind.Absolute, out var address) && address.Host.Length > 0)
                yield return $" {address.Scheme}://{context.Request.Host.Host}:{address.Port} {(address.Scheme == "https" ? "wss" : "ws")}://{context.Request.Host.Host}:{address.Port}";
        }
    }
}
