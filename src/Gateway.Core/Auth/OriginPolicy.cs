using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Core.Auth;

/// <summary>
/// Which web pages may use a module: those of <c>AllowedOrigins</c>, else only those of the address that the request
/// goes to. A request without an Origin comes from no page and is not concerned (RFC 6454; Fetch, section 3.2).
/// </summary>
sealed class OriginPolicy
{
    const string Any = "*";
    const string Opaque = "null";

    readonly bool _any;
    readonly HashSet<string>? _allowed;

    /// <param name="allowedOrigins">Entries that <see cref="IsValid"/> accepts; empty = the same origin only.</param>
    public OriginPolicy(IReadOnlyCollection<string> allowedOrigins)
    {
        _any = allowedOrigins.Contains(Any);
        if (allowedOrigins.Count > 0)
            _allowed = [.. allowedOrigins.Select(entry => Normalize(entry) ?? entry)];
    }

    /// <summary><c>scheme://host[:port]</c>, or <c>*</c> or <c>null</c> spelled out.</summary>
    public static bool IsValid(string entry) => entry is Any or Opaque || Normalize(entry) != null;

    /// <summary>Whether the page that made the request may do so. Several Origin headers are never allowed.</summary>
    public bool Allows(HttpRequest request) => Allows(request.Headers.Origin, request.Scheme, request.Host);

    internal bool Allows(StringValues origin, string scheme, HostString host)
    {
        if (origin.Count == 0)
            return true;
        if (origin.Count > 1 || string.IsNullOrEmpty(origin[0]))
            return false;
        if (_any)
            return true;
        string? normal = OfHeader(origin[0]!);
        if (normal == null)
            return false;
        return _allowed != null ? _allowed.Contains(normal) : normal == Normalize($"{scheme}://{host.Value}");
    }

    /// <summary>Whether the configuration lets pages of the origin use the module from elsewhere (for CORS).</summary>
    public bool AllowsElsewhere(string origin) =>
        _any || (_allowed != null && _allowed.Contains(OfHeader(origin) ?? ""));

    /// <summary>Whether all pages may.</summary>
    public bool AllowsAny => _any;

    /// <summary>Whether the configuration names each page: with <c>null</c> it does not, as every page can make itself one of that origin.</summary>
    public bool NamesItsPages => _allowed != null && !_any && !_allowed.Contains(Opaque);

    // In a header an origin is ASCII (RFC 6454, section 6.2); it is also written back, where nothing else may stand.
    static string? OfHeader(string origin) =>
        origin == Opaque ? Opaque : Ascii.IsValid(origin) ? Normalize(origin) : null;

    /// <summary>Scheme and host in lower case, the port only where it is not the scheme's own; null if it is no origin.</summary>
    static string? Normalize(string origin)
    {
        if (!origin.Contains("://", StringComparison.Ordinal) || !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.IdnHost.Length == 0 || uri.UserInfo.Length > 0)
            return null;
        if (uri.PathAndQuery is not ("/" or "") || uri.Fragment.Length > 0 || origin.Contains('?') || origin.Contains('#'))
            return null;
        return uri.IsDefaultPort ? $"{uri.Scheme}://{uri.IdnHost}" : $"{uri.Scheme}://{uri.IdnHost}:{uri.Port}";
    }
}
