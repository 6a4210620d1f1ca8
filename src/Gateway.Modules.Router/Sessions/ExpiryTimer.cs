using Gateway.Core.Connections;

namespace Gateway.Modules.Router.Sessions;

/// <summary>Ends a connection when the token expires by which its client authenticated.</summary>
static class ExpiryTimer
{
    // The clock may be set, and a timer waits no longer than some weeks: the time is looked at anew this often.
    static readonly TimeSpan Check = TimeSpan.FromMinutes(1);

    public static ITimer Start(ClientConnection client, DateTimeOffset expires) => TimeProvider.System.CreateTimer(
        _ =>
        {
            if (expires <= DateTimeOffset.UtcNow)
                client.Close(CloseReason.TokenExpired);
        },
        null, First(expires - DateTimeOffset.UtcNow), Check);

    static TimeSpan First(TimeSpan left) => left < TimeSpan.Zero ? TimeSpan.Zero : left < Check ? left + TimeSpan.FromMilliseconds(5) : Check;
}
