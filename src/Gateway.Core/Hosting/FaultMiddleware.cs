using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Hosting;

/// <summary>Turns what an endpoint throws into an answer, so that a fault ends one request and says so.</summary>
sealed partial class FaultMiddleware(ILogger<FaultMiddleware> log) : IMiddleware
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await AnswerAsync(context, Problems.Create(e.StatusCode, "bad_request", e.Message)).ConfigureAwait(false);
        }
        catch (Exception e) when (IsDeparture(e, context))
        {
            // The client is gone: nobody is left to be told.
        }
        catch (Exception e)
        {
            RequestFailed(e, context.GetEndpoint()?.DisplayName);
            await AnswerAsync(context, Problems.Create(
                StatusCodes.Status500InternalServerError, "internal_error", "The gateway failed; its log says why.")).ConfigureAwait(false);
        }
    }

    // The end of a connection may show in a read before the request is told of it.
    static bool IsDeparture(Exception exception, HttpContext context) =>
        exception is ConnectionResetException or ConnectionAbortedException
        || (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested);

    // An answer that has begun cannot be taken back: the client must see that it is incomplete.
    static Task AnswerAsync(HttpContext context, IResult problem)
    {
        if (!context.Response.HasStarted)
            return problem.ExecuteAsync(context);
        context.Abort();
        return Task.CompletedTask;
    }

    [LoggerMessage(1101, LogLevel.Error, "A request to {Endpoint} failed", EventName = "RequestFailed")]
    partial void RequestFailed(Exception exception, string? endpoint);
}
