using Gateway.Core.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Gateway.Core.Hosting;

/// <summary>
/// Finds paths that two doors both lead to. Routing would silently give them to one of the two; the start is refused
/// instead.
/// </summary>
static class RouteCollisions
{
    // Names that the gateway keeps for itself, whether anything is served there yet or not.
    static readonly string[] Reserved = ["/metrics", "/health/{**rest}", "/admin/{**rest}", "/t/{**rest}", "/openapi.json", "/"];

    public static void Report(IEnumerable<Endpoint> endpoints, ConfigurationFaults faults)
    {
        var routes = endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (endpoint.Metadata.GetMetadata<Door>()?.Owner, Pattern: endpoint.RoutePattern))
            .Where(route => route.Owner != null)
            .ToList();
        var reserved = Reserved.Select(path => (Owner: (string?)null, Pattern: RoutePatternFactory.Parse(path))).ToList();
        var reported = new HashSet<(string, string?)>();
        foreach (var (owner, pattern) in routes)
        {
            foreach (var other in routes.Where(other => string.CompareOrdinal(other.Owner, owner) < 0).Concat(reserved))
            {
                if (Overlap(pattern, other.Pattern) && reported.Add((owner!, other.Owner)))
                    Fault(faults, owner!, pattern, other);
            }
        }
    }

    static void Fault(ConfigurationFaults faults, string owner, RoutePattern pattern, (string? Owner, RoutePattern Pattern) other) =>
        faults.Add(
            $"Modules:{owner}:Path",
            $"the module's {Show(pattern)} collides with {Show(other.Pattern)} of {other.Owner ?? "the gateway itself"}",
            "a path that nothing else is served at");

    /// <summary>Whether some path matches both patterns.</summary>
    internal static bool Overlap(RoutePattern a, RoutePattern b)
    {
        for (int i = 0; ; i++)
        {
            var (x, y) = (SegmentAt(a, i), SegmentAt(b, i));
            if (IsCatchAll(x) || IsCatchAll(y) || (x == null && y == null))
                return true;
            if (x == null || y == null ? !MayBeMissing((x ?? y)!) : !MayBeEqual(x, y))
                return false;
        }
    }

    static RoutePatternPathSegment? SegmentAt(RoutePattern pattern, int index) =>
        index < pattern.PathSegments.Count ? pattern.PathSegments[index] : null;

    static bool IsCatchAll(RoutePatternPathSegment? segment) =>
        segment?.Parts is [RoutePatternParameterPart { IsCatchAll: true }];

    static bool MayBeMissing(RoutePatternPathSegment segment) =>
        segment.Parts is [RoutePatternParameterPart { IsOptional: true } or RoutePatternParameterPart { Default: not null }];

    // Only two literals can be told apart for sure.
    static bool MayBeEqual(RoutePatternPathSegment a, RoutePatternPathSegment b) =>
        a.Parts is not [RoutePatternLiteralPart x] || b.Parts is not [RoutePatternLiteralPart y]
        || x.Content.Equals(y.Content, StringComparison.OrdinalIgnoreCase);

    static string Show(RoutePattern pattern) => pattern.RawText is { Length: > 0 } text ? text : "/";
}
