using Gateway.Core.Configuration;
using Gateway.Core.Tenants;
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
    static readonly string[] ReservedOfTenant = ["/metrics", "/"];

    /// <summary>Reports modules of a tenant that share a path on the shared addresses with another, or with the gateway itself.</summary>
    public static void Report(IEnumerable<Endpoint> endpoints, ConfigurationFaults faults)
    {
        var routes =
            from endpoint in endpoints.OfType<RouteEndpoint>()
            let door = endpoint.Metadata.GetMetadata<Door>()
            where door != null && door == door.Module.SharedDoor
            select (door.Module, Pattern: endpoint.RoutePattern);
        foreach (var tenant in routes.GroupBy(route => route.Module.Tenant))
            Report(tenant.Key, [.. tenant], faults);
    }

    static void Report(Tenant tenant, List<(EnabledModule Module, RoutePattern Pattern)> routes, ConfigurationFaults faults)
    {
        var reserved = (tenant.IsDefault ? Reserved : ReservedOfTenant)
            .Select(path => RoutePatternFactory.Parse(Door.TenantPrefix(tenant) + path)).ToList();
        var reported = new HashSet<(EnabledModule, EnabledModule?)>();
        foreach (var (module, pattern) in routes)
        {
            foreach (var other in reserved.Where(other => Overlap(pattern, other) && reported.Add((module, null))))
                Fault(faults, module, pattern, "the gateway itself", other);
            foreach (var (other, theirs) in routes.Where(route => string.CompareOrdinal(route.Module.Name, module.Name) < 0))
            {
                if (Overlap(pattern, theirs) && reported.Add((module, other)))
                    Fault(faults, module, pattern, other.Name, theirs);
            }
        }
    }

    static void Fault(ConfigurationFaults faults, EnabledModule module, RoutePattern pattern, string other, RoutePattern theirs) =>
        faults.Add(
            $"{module.Key}:{nameof(module.Options.Path)}",
            $"the module's {Show(pattern)} collides with {Show(theirs)} of {other}",
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
