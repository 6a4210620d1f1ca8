using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Events;

/// <summary>
/// A page to try the module. It is one document without outside resources; its policy allows just its own script and style,
/// by their hashes.
/// </summary>
static class EventsPage
{
    static readonly string Style = Resource("events.css");
    static readonly string Script = Resource("events.js");
    static readonly byte[] Page = Encoding.UTF8.GetBytes(Resource("events.html").Replace("/*style*/", Style).Replace("/*script*/", Script));

    static readonly string Policy =
        $"default-src 'none'; style-src '{Hash(Style)}'; script-src '{Hash(Script)}'; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Writes the page.</summary>
    public static Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.ContentLength = Page.Length;
        return context.Response.Body.WriteAsync(Page).AsTask();
    }

    static string Hash(string source) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(source)))}";

    static string Resource(string name)
    {
        using var stream = typeof(EventsPage).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
