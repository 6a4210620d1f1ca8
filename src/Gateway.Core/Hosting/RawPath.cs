using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Core.Hosting;

/// <summary>
/// Routes requests by their path as it stands in the request line. The web server's own has its escapes decoded but for
/// some and its dot segments removed, which would let one name pass for another.
/// </summary>
static class RawPath
{
    /// <summary>The prefix that an address of a module's own puts before every path.</summary>
    public interface IPrefixFeature
    {
        string Prefix { get; }
    }

    /// <summary>A connection middleware for such an address.</summary>
    public static Func<ConnectionDelegate, ConnectionDelegate> Prefixed(string prefix) => next => connection =>
    {
        connection.Features.Set<IPrefixFeature>(new PrefixFeature(prefix));
        return next(connection);
    };

    public static Task Use(HttpContext context, RequestDelegate next)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        string prefix = context.Features.Get<IPrefixFeature>()?.Prefix ?? "";
        context.Request.Path = new PathString(prefix + Of(target));
        // By HTTP/2 a WebSocket is asked for with CONNECT (RFC 8441, section 4): the routes need not know.
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true })
            context.Request.Method = HttpMethods.Get;
        return next(context);
    }

    /// <summary>The path of a request target in any form (RFC 9112, section 3.2), without its query.</summary>
    public static string Of(string target)
    {
        var path = target.AsSpan();
        if (!path.StartsWith('/'))
        {
            int authority = path.IndexOf("://");
            int slash = authority < 0 ? -1 : path[(authority + 3)..].IndexOfAny('/', '?');
            path = slash < 0 ? "/" : path[(authority + 3 + slash)..];
        }
        int query = path.IndexOf('?');
        path = query < 0 ? path : path[..query];
        return path.StartsWith('/') ? path.ToString() : "/";
    }

    sealed record PrefixFeature(string Prefix) : IPrefixFeature;
}
