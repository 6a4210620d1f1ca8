using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Streams;

/// <summary>
/// The page that a browser gets at a stream's path. It is one document without outside resources; its policy allows just
/// its own script and style, by their hashes.
/// </summary>
static class StreamPage
{
    static readonly string Style = Resource("stream.css");
    static readonly string Script = Resource("stream.js");
    static readonly string Page = Resource("stream.html").Replace("/*style*/", Style).Replace("/*script*/", Script);

    static readonly string Policy =
        $"default-src 'none'; style-src '{Hash(Style)}'; script-src '{Hash(Script)}'; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Writes the page for a stream.</summary>
    public static Task WriteAsync(HttpResponse response, string id)
    {
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-cache";
        byte[] page = Encoding.UTF8.GetBytes(Page.Replace("{{id}}", HtmlEncoder.Default.Encode(id)));
        response.ContentLength = page.Length;
        return response.Body.WriteAsync(page).AsTask();
    }

    static string Hash(string source) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(source)))}";

    static string Resource(string name)
    {
        using var stream = typeof(StreamPage).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
