using Gateway.Core.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Hosting;

/// <summary>
/// Lets clients in to a module's endpoints by its schemes, so that no module checks a token itself. An endpoint that
/// says <see cref="IAllowAnonymous"/> is for everybody, or asks the <see cref="Authenticator"/> itself.
/// </summary>
sealed class AccessMiddleware(Refusals refusals) : IMiddleware
{
    // Without a state machine where nothing is asked: a connection would hold it for its life.
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        return metadata?.GetMetadata<Door>() is not { } door || door.Module.Authenticator.IsOpen || metadata.GetMetadata<IAllowAnonymous>() != null
            || metadata.GetMetadata<AnonymousIf>()?.Condition(context) == true
            ? next(context)
            : InvokeAsync(context, door.Module, next);
    }

    /// <summary>Marks an endpoint that lets in everybody whose request meets a condition.</summary>
    internal sealed record AnonymousIf(Func<HttpContext, bool> Condition);

    async Task InvokeAsync(HttpContext context, EnabledModule module, RequestDelegate next)
    {
        var result = await AuthenticateAsync(context, module).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            await RefuseAsync(context, module, result.Fault).ConfigureAwait(false);
            return;
        }
        context.Features.Set(result.Identity);
        await next(context).ConfigureAwait(false);
    }

    /// <summary>Refuses a client, counts and logs it.</summary>
    public Task RefuseAsync(HttpContext context, EnabledModule module, AuthFault fault)
    {
        refusals.Add(module.Tenant.Name, module.Name, fault, context.Connection.RemoteIpAddress);
        return module.Module.Refusal(fault).ExecuteAsync(context);
    }

    static ValueTask<AuthResult> AuthenticateAsync(HttpContext context, EnabledModule module)
    {
        var (token, fault) = module.Module.TokenRule.Read(context.Request);
        return fault != null
            ? new(fault)
            : module.Authenticator.AuthenticateAsync(new(token, context.Connection.RemoteIpAddress), context.RequestAborted);
    }
}
