using Gateway.Core.Auth;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Events;

/// <summary>How many streams a user has open: no more than <see cref="EventsOptions.MaxStreamsPerUser"/>. Thread-safe.</summary>
sealed class StreamSeats(EventsOptions options)
{
    static readonly Seat Unlimited = new(null, Guid.Empty);

    readonly Lock _gate = new();
    readonly Dictionary<Guid, int> _taken = [];

    /// <summary>What a client that is no EventSource is answered.</summary>
    public static IResult TooMany { get; } = Answers.Fault(
        StatusCodes.Status429TooManyRequests, "too_many_streams", "The user has as many streams open as one may.").With("Retry-After", "10");

    /// <summary>Whether a user may open one more.</summary>
    public bool HasRoom(Identity identity)
    {
        if (!IsLimited(identity))
            return true;
        lock (_gate)
            return _taken.GetValueOrDefault(identity.Id()) < options.MaxStreamsPerUser;
    }

    /// <summary>Takes a seat for one more, which is given back when it is disposed. Who is not logged in is no user.</summary>
    /// <returns>The seat; null if there is none.</returns>
    public IDisposable? TryTake(Identity identity)
    {
        if (!IsLimited(identity))
            return Unlimited;
        var user = identity.Id();
        lock (_gate)
        {
            int taken = _taken.GetValueOrDefault(user);
            if (taken >= options.MaxStreamsPerUser)
                return null;
            _taken[user] = taken + 1;
        }
        return new Seat(this, user);
    }

    bool IsLimited(Identity identity) => options.MaxStreamsPerUser > 0 && identity.Subject != null;

    void Return(Guid user)
    {
        lock (_gate)
        {
            if (--_taken[user] == 0)
                _taken.Remove(user);
        }
    }

    sealed class Seat(StreamSeats? seats, Guid user) : IDisposable
    {
        public void Dispose() => seats?.Return(user);
    }
}
