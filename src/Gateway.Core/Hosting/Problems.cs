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

    internal static IResult ForeignOrigin() =>
        Create(StatusCodes.Status403Forbidden, "origin_not_allowed", "Pages of this origin may not use this address; AllowedOrigins lists those that may.");

    internal static IResult BadHandshake(string detail) =>
        Create(StatusCodes.Status400BadRequest, "websocket_handshake_invalid", detail);

    internal static IResult NotAdmitted(Admission admission) => admission switch
    {
        Admission.Draining => new RetryLater(1,
            Create(StatusCodes.Status503ServiceUnavailable, "draining", "The gateway is shutting down.")),
        Admission.TooManyFromAddress => new RetryLater(10,
            Create(StatusCodes.Status429TooManyRequests, "too_many_connections_from_address", "Too many connections are open from this address.")),
        _ => new RetryLater(10,
            Create(StatusCodes.Status429TooManyRequests, "too_many_connections", "As many connections as are allowed are open.")),
    };

    sealed class RetryLater(int seconds, IResult inner) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return inner.ExecuteAsync(httpContext);
        }
    }
}
