using Gateway.Modules.Router.Callbacks;
using Microsoft.Extensions.Logging;

namespace Gateway.Modules.Router;

/// <summary>What the module logs. Never a payload, a ticket or a URL, which may hold a password.</summary>
static partial class RouterLog
{
    [LoggerMessage(3001, LogLevel.Warning, "The call {Callback} of {Service} ended {Outcome}: {Reason}", EventName = "CallbackFailed")]
    public static partial void CallbackFailed(ILogger log, string service, Callback callback, CallbackOutcome outcome, string? reason);

    [LoggerMessage(3002, LogLevel.Warning, "A message on {Topic} is dropped: {Fault}", EventName = "InvalidServiceEvent")]
    public static partial void InvalidServiceEvent(ILogger log, string topic, string fault);

    [LoggerMessage(3003, LogLevel.Warning, "The subscription to {Topic} is not renewed yet: {Reason}", EventName = "NotRenewed")]
    public static partial void NotRenewed(ILogger log, string topic, string reason);

    [LoggerMessage(3004, LogLevel.Error, "An event of connection {Connection} failed", EventName = "EventFailed")]
    public static partial void EventFailed(ILogger log, Exception exception, long connection);

    [LoggerMessage(3005, LogLevel.Information, "Connection {Connection} lost its subscription to {Service}: it is no longer authorised", EventName = "AuthorizationEnded")]
    public static partial void AuthorizationEnded(ILogger log, long connection, string service);

    [LoggerMessage(3006, LogLevel.Warning, "The calls at the end of connection {Connection} were given up after {Limit}", EventName = "EndingOverdue")]
    public static partial void EndingOverdue(ILogger log, long connection, TimeSpan limit);

    [LoggerMessage(3007, LogLevel.Warning, "A task of a subscription of connection {Connection} failed", EventName = "SubscriptionTaskFailed")]
    public static partial void SubscriptionTaskFailed(ILogger log, Exception exception, long connection);

    [LoggerMessage(3008, LogLevel.Information,
        "Sessions {Sessions}, topics {Topics}; since the last line: events {Events}, of which {Errors} failed, pushes {Pushes}, filtered {Filtered}, throttled {Throttled}, calls {Callbacks}",
        EventName = "Figures")]
    public static partial void Figures(
        ILogger log, int sessions, int topics, long events, long errors, long pushes, long filtered, long throttled, long callbacks);

    [LoggerMessage(3009, LogLevel.Warning, "{Messages} messages on {Topic} are dropped: they come faster than they can be given on", EventName = "MessagesOverflowed")]
    public static partial void Overflowed(ILogger log, string topic, int messages);
}
