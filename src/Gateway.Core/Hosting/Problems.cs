using Gateway.Core.Auth;
using Gateway.Core.Connections;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Hosting;

/// <summary>
/// Refusals as <c>application/problem+json</c> (RFC 9457) with a stable <c>code</c> that programs can rely on.
/// </summary>
public static class Problems
{
    /// <summary>A problem of a module's own.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">A stable name in snake case, such as <c>message_too_large</c>.</param>
    /// <param name="detail">What is wrong and what is allowed, for a person.</param>
    public static IResult Create(int status, string code, string detail) =>
        TypedResults.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });

    internal static IResult NotFound() =>
        Create(StatusCodes.Status404NotFound, "not_found", "There is nothing at this address; / lists what there is.");

    internal static IResult InternalError() =>
        Create(StatusCodes.Status500InternalServerError, "internal_error", "The gateway failed; its log says why.");

    internal static IResult ForeignOrigin() =>
        Create(StatusCodes.Status403Forbidden, "origin_not_allowed", "Pages of this origin may not use this address; AllowedOrigins lists those that may.");

    internal static IResult Starting() => new RetryLater(1,
        Create(StatusCodes.Status503ServiceUnavailable, "starting", "The gateway is loading what is stored."));

    internal static IResult AdminOnlyHere() => Create(
        StatusCodes.Status403Forbidden, "admin_local_only", "Without Admin:Token only this machine is let in, and not through a proxy.");

    internal static IResult TooManyMessages(TimeSpan wait) => new RetryLater((int)Math.Ceiling(wait.TotalSeconds),
        Create(StatusCodes.Status429TooManyRequests, "rate_limited", "The tenant's limit of messages or bytes in a second is reached."));

    internal static IResult TooManyAttempts(TimeSpan wait) => new RetryLater((int)Math.Ceiling(wait.TotalSeconds),
        Create(StatusCodes.Status429TooManyRequests, "too_many_attempts", "Too many attempts with a wrong token came from this address."));

    /// <summary>The tenant may keep no more bytes: see <see cref="Tenants.StorageQuota"/>.</summary>
    public static IResult StorageLimitReached() => new RetryLater(10,
        Create(StatusCodes.Status429TooManyRequests, "storage_limit_reached", "The tenant keeps as much as it may. Delete something, or try again later."));

    /// <summary>A client that is not let in, or may not do what it asked for (RFC 6750, section 3).</summary>
    public static IResult Refusal(AuthFault fault) => fault.Code switch
    {
        "grant_missing" => new Challenge("insufficient_scope", Create(StatusCodes.Status403Forbidden, fault.Code, fault.Detail)),
        "auth_unavailable" => new RetryLater(5, Create(StatusCodes.Status503ServiceUnavailable, fault.Code, fault.Detail)),
        "token_ambiguous" => new Challenge("invalid_request", Create(StatusCodes.Status400BadRequest, fault.Code, fault.Detail)),
        "token_missing" => new Challenge(null, Create(StatusCodes.Status401Unauthorized, fault.Code, fault.Detail)),
        _ => new Challenge("invalid_token", Create(StatusCodes.Status401Unauthorized, fault.Code, fault.Detail)),
    };

    internal static IResult BadHandshake(string detail) =>
        Create(StatusCodes.Status400BadRequest, "websocket_handshake_invalid", detail);

    /// <summary>The code of the problem of a client that is not admitted.</summary>
    internal static string CodeOf(Admission admission) => admission switch
    {
        Admission.Draining => "draining",
        Admission.TooManyOfTenant => "too_many_connections_of_tenant",
        Admission.TooManyFromAddress => "too_many_connections_from_address",
        _ => "too_many_connections",
    };

    internal static IResult NotAdmitted(Admission admission) => admission switch
    {
        Admission.Draining => new RetryLater(1,
            Create(StatusCodes.Status503ServiceUnavailable, CodeOf(admission), "The gateway is shutting down.")),
        Admission.TooManyOfTenant => new RetryLater(10,
            Create(StatusCodes.Status429TooManyRequests, CodeOf(admission), "The tenant's limit of connections is reached.")),
        Admission.TooManyFromAddress => new RetryLater(10,
            Create(StatusCodes.Status429TooManyRequests, CodeOf(admission), "Too many connections are open from this address.")),
        _ => new RetryLater(10,
            Create(StatusCodes.Status429TooManyRequests, CodeOf(admission), "As many connections as are allowed are open.")),
    };

    sealed class Challenge(string? error, IResult inner) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.WWWAuthenticate = error == null ? "Bearer" : $"Bearer error=\"{error}\"";
            return inner.ExecuteAsync(httpContext);
        }
    }

    sealed class RetryLater(int seconds, IResult inner) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return inner.ExecuteAsync(httpContext);
        }
    }
}
