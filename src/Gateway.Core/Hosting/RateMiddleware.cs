using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Hosting;

/// <summary>Counts requests that change something as messages of their tenant, and refuses those over its limits.</summary>
static class RateMiddleware
{
    public static Task Use(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Door>() is not { } door || IsReading(context.Request.Method))
            return next(context);
        var limits = door.Module.Tenant.Limits;
        var wait = limits.TryTakeMessage(context.Request.ContentLength ?? 0);
        if (wait > TimeSpan.Zero)
            return Problems.TooManyMessages(wait).ExecuteAsync(context);
        if (context.Request.ContentLength == null && limits.CountsBytes)
            context.Request.Body = new ChargedStream(context.Request.Body, limits);
        return next(context);
    }

    static bool IsReading(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
