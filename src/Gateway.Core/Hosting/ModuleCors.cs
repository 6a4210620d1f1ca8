using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Gateway.Core.Hosting;

/// <summary>
/// What pages of other origins may read of a module's answers. Which requests are refused is decided before
/// (<see cref="OriginMiddleware"/>); this only tells browsers.
/// </summary>
static class ModuleCors
{
    // With credentials, "*" stands for a header of that name (Fetch, section 3.3.4).
    static readonly string[] ReadableWithCredentials = ["ETag", "Last-Event-ID", "Location", "Retry-After", "Warning", "WWW-Authenticate"];

    public static void Allow(CorsPolicyBuilder policy, EnabledModule module)
    {
        policy.AllowAnyMethod().AllowAnyHeader().WithExposedHeaders("*").SetPreflightMaxAge(TimeSpan.FromHours(1));
        if (module.Origins.AllowsAny)
            policy.AllowAnyOrigin();
        else
            policy.SetIsOriginAllowed(module.Origins.AllowsElsewhere);
        // Cookies only where the module reads one, and only from pages that are named.
        if (module.Module.TokenRule.Cookie != null && module.Origins.NamesItsPages)
            policy.AllowCredentials().WithExposedHeaders(ReadableWithCredentials);
    }
}
