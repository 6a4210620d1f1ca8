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
            await AnswerAsync(context, BadRequest(e)).ConfigureAwait(false);
        }
        catch (Exception e) when (IsDeparture(e, context))
        {
            // The client is gone: nobody is left to be told.
        }
        catch (Exception e)
        {
            RequestFailed(e, context.GetEndpoint()?.DisplayName);
            await AnswerAsync(context, Problems.InternalError()).ConfigureAwait(false);
        }
    }

    /// <summary>The answer to a request that the web server finds malformed while it is read.</summary>
    public static IResult BadRequest(BadHttpRequestException fault) => Problems.Create(fault.StatusCode, "bad_request", fault.Message);

    /// <summary>Whether the client is gone. The end of a connection may show in a read before the request is told of it.</summary>
    public static bool IsDeparture(Exception exception, HttpContext context) =>
        exception is ConnectionResetException or ConnectionAbortedException
        || (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested);

    /// <summary>Answers, or cuts an answer that has begun: it cannot be taken back, and the client must see that it is incomplete.</summary>
    public static Task AnswerAsync(HttpContext context, IResult problem)
    {
        if (!context.Response.HasStarted)
            return problem.ExecuteAsync(context);
        context.Abort();
        return Task.CompletedTask;
    }

    [LoggerMessage(1101, LogLevel.Error, "A request to {Endpoint} failed", EventName = "RequestFailed")]
    partial void RequestFailed(Exception exception, string? endpoint);
}
