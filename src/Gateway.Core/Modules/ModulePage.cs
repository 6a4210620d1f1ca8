using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Modules;

/// <summary>
/// A page that a module shows to browsers. It is one document without outside resources; its policy allows just its own
/// script and style, by their hashes, and connections to where it comes from.
/// </summary>
public sealed class ModulePage
{
    readonly string _page;
    readonly string _policy;

    /// <summary>Reads the page, once for all requests.</summary>
    /// <param name="assembly">Has the resources <c>{name}.html</c>, <c>{name}.css</c> and <c>{name}.js</c>.</param>
    /// <param name="name">Their name. The document says <c>/*style*/</c> and <c>/*script*/</c> where the others belong.</param>
    public ModulePage(Assembly assembly, string name)
    {
        string style = Resource(assembly, $"{name}.css");
        string script = Resource(assembly, $"{name}.js");
        _page = Resource(assembly, $"{name}.html").Replace("/*style*/", style).Replace("/*script*/", script);
        _policy = $"default-src 'none'; style-src '{Hash(style)}'; script-src '{Hash(script)}'; connect-src 'self'; " +
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    /// <summary>Writes the page.</summary>
    /// <param name="response">Where to.</param>
    /// <param name="values">What the document shows in the place of <c>{{name}}</c>; encoded here, so that it never counts as markup.</param>
    public Task WriteAsync(HttpResponse response, params ReadOnlySpan<(string Name, string Value)> values)
    {
        string page = _page;
        foreach (var (name, value) in values)
            page = page.Replace($"{{{{{name}}}}}", HtmlEncoder.Default.Encode(value));
        byte[] content = Encoding.UTF8.GetBytes(page);
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = _policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-cache";
        response.ContentLength = content.Length;
        return response.Body.WriteAsync(content).AsTask();
    }

    static string Hash(string source) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(source)))}";

    static string Resource(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name) ?? throw new ArgumentException($"{assembly.GetName().Name} has no resource {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
