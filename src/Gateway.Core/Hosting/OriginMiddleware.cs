using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Hosting;

/// <summary>Refuses requests of web pages that may not use the module whose door they came to, before anything else looks at them.</summary>
static class OriginMiddleware
{
    /// <summary>The metadata of an endpoint that every page may reach.</summary>
    public sealed class ForeignAllowed;

    public static Task Use(HttpContext context, RequestDelegate next)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        bool refused = metadata?.GetMetadata<Door>() is { } door
            && metadata.GetMetadata<ForeignAllowed>() == null
            && !door.Module.Origins.Allows(context.Request);
        return refused ? Problems.ForeignOrigin().ExecuteAsync(context) : next(context);
    }
}
