using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Hosting;

/// <summary>Answers what no endpoint is there for.</summary>
static class NotFoundMiddleware
{
    public static Task Use(HttpContext context, RequestDelegate next) =>
        context.GetEndpoint() == null ? Problems.NotFound().ExecuteAsync(context) : next(context);
}
