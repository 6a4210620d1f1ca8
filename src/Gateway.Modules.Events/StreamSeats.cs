using Gateway.Core.Modules;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Events;

/// <summary>How many streams a user has open: no more than <see cref="EventsOptions.MaxStreamsPerUser"/>. Thread-safe.</summary>
sealed class StreamSeats(EventsOptions options)
{
    readonly Lock _gate = new();
    readonly Dictionary<Guid, int> _taken = [];

    /// <summary>What a client that is no EventSource is answered.</summary>
    public static IResult TooMany { get; } = Answers.Fault(
        StatusCodes.Status429TooManyRequests, "too_many_streams", "The user has as many streams open as one may.").With("Retry-After", "10");

    /// <summary>Serves a stream, if its user may have one more. Who is not logged in is no user.</summary>
    /// <param name="context">The request.</param>
    /// <param name="serve">Serves it; the seat is taken until it returns.</param>
    /// <param name="refusal">The answer if there is no seat.</param>
    public Task SitAsync(HttpContext context, Func<Task> serve, IResult refusal)
    {
        var identity = context.Identity();
        if (options.MaxStreamsPerUser == 0 || identity.Subject == null)
            return serve();
        var user = identity.Id();
        if (TryTake(user))
            return ReturnAfterAsync(serve(), user);
        context.Response.Clear();
        return refusal.ExecuteAsync(context);
    }

    // By itself, so that for as long as a stream is open nothing of its request is held on to here.
    async Task ReturnAfterAsync(Task serving, Guid user)
    {
        try
        {
            await serving.ConfigureAwait(false);
        }
        finally
        {
            Return(user);
        }
    }

    bool TryTake(Guid user)
    {
        lock (_gate)
        {
            int taken = _taken.GetValueOrDefault(user);
            if (taken >= options.MaxStreamsPerUser)
                return false;
            _taken[user] = taken + 1;
            return true;
        }
    }

    void Return(Guid user)
    {
        lock (_gate)
        {
            if (--_taken[user] == 0)
                _taken.Remove(user);
        }
    }
}
