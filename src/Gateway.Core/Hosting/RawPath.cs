using Gateway.Core.Tenants;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Core.Hosting;

/// <summary>
/// Routes requests by their path as it stands in the request line, with the prefix of the door before it: that of the
/// address that the request came to, and of the tenant that its host name selects. The web server's own path has its
/// escapes decoded but for some and its dot segments removed, which would let one name pass for another.
/// </summary>
sealed class RawPath(TenantHosts tenants)
{
    /// <summary>What an address that is no shared one puts before every path.</summary>
    interface IAddressFeature
    {
        string Prefix(Tenant? byHost);
    }

    /// <summary>A connection middleware for an address of a module's own.</summary>
    public static Func<ConnectionDelegate, ConnectionDelegate> OwnAddress(Tenant tenant, string module) =>
        Set(new AddressFeature(byHost => Door.OwnPrefix(byHost ?? tenant, module)));

    /// <summary>A connection middleware for the operators' own addresses.</summary>
    public static Func<ConnectionDelegate, ConnectionDelegate> AdminAddress() => Set(new AddressFeature(_ => Door.AdminPrefix));

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        string path = Of(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        var tenant = tenants.ByHostName.GetValueOrDefault(context.Request.Host.Host);
        string prefix = context.Features.Get<IAddressFeature>()?.Prefix(tenant) ?? (tenant == null ? "" : Door.TenantPrefix(tenant));
        context.Request.Path = new PathString(prefix + path);
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

    static Func<ConnectionDelegate, ConnectionDelegate> Set(IAddressFeature feature) => next => connection =>
    {
        connection.Features.Set(feature);
        return next(connection);
    };

    sealed record AddressFeature(Func<Tenant?, string> Of) : IAddressFeature
    {
        public string Prefix(Tenant? byHost) => Of(byHost);
    }
}
