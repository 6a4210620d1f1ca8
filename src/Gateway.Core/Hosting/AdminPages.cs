using Gateway.Core.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Gateway.Core.Hosting;

/// <summary>What the gateway itself serves: the index, and the operators' pages, on addresses of their own if configured.</summary>
static class AdminPages
{
    /// <summary>The owner of the operators' own door.</summary>
    public const string Owner = "admin";

    public static void Map(WebApplication app, AdminOptions options, Func<IReadOnlyList<ModuleAddress>> modules)
    {
        IndexEndpoint.Map(app, modules);
        IEndpointRouteBuilder pages = options.Listen.Count == 0 ? app : app.MapGroup(Door.OwnPrefix(Owner));
        HealthEndpoints.Map(pages);
        MetricsEndpoint.Map(pages);
    }
}
