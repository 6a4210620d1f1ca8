using System.Reflection;
using System.Text.Json;
using Gateway.Core.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gateway.Core.Hosting;

/// <summary>
/// <c>/</c> and <c>/t/{tenant}/</c> on the shared addresses: which modules run for the tenant, and where. A browser at
/// <c>/</c> is shown the console instead, where that is on the shared addresses too.
/// </summary>
static class IndexEndpoint
{
    /// <summary>The version of the gateway.</summary>
    public static string Version { get; } =
        typeof(IndexEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static void Map(IEndpointRouteBuilder endpoints, Tenant tenant, Func<IReadOnlyList<ModuleAddress>> modules, bool hasConsole) =>
        endpoints.MapGet($"{Door.TenantPrefix(tenant)}/", async context =>
        {
            context.Response.Headers.Vary = "Accept";
            if (hasConsole && AsksForPage(context.Request))
            {
                context.Response.Redirect("admin/");
                return;
            }
            context.Response.ContentType = "application/json";
            var json = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Indented = true });
            await using (json.ConfigureAwait(false))
                Write(json, modules());
        });

    static bool AsksForPage(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase) && accept.Quality is not 0);

    static void Write(Utf8JsonWriter json, IReadOnlyList<ModuleAddress> modules)
    {
        json.WriteStartObject();
        json.WriteString("name", "Gateway");
        json.WriteString("version", Version);
        json.WriteStartObject("modules");
        foreach (var module in modules)
        {
            json.WriteStartArray(module.Module);
            foreach (string url in module.Urls)
                json.WriteStringValue(url);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
