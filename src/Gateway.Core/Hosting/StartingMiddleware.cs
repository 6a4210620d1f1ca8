using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Hosting;

/// <summary>Asks clients of modules to come again while what is stored is being loaded.</summary>
sealed class StartingMiddleware(TenantHosts tenants)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        tenants.AreStarted || context.GetEndpoint()?.Metadata.GetMetadata<Door>() == null
            ? next(context)
            : Problems.Starting().ExecuteAsync(context);
}
