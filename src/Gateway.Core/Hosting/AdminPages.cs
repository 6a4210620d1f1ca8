using Gateway.Core.Admin;
using Gateway.Core.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Gateway.Core.Hosting;

/// <summary>The operators' pages, on addresses of their own if configured.</summary>
static class AdminPages
{
    public static void Map(WebApplication app, AdminOptions options)
    {
        IEndpointRouteBuilder pages = options.Listen.Count == 0 ? app : app.MapGroup(Door.AdminPrefix);
        HealthEndpoints.Map(pages);
        MetricsEndpoint.Map(pages);
        RevocationEndpoints.Map(pages);
        UserEndpoints.Map(pages);
        AdminEndpoints.Map(pages);
        ConsolePage.Map(pages, options);
    }
}
