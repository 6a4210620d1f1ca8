using Microsoft.Extensions.Logging;

namespace Gateway.Modules.Events;

static partial class EventsLog
{
    [LoggerMessage(4001, LogLevel.Warning, "{Tenant}/Events: no snapshot could be made: {Problem}", EventName = "EventsSnapshotFailed")]
    public static partial void SnapshotFailed(ILogger logger, string problem, string tenant);

    [LoggerMessage(4002, LogLevel.Error, "{Tenant}/Events: events that are due wait, as the log cannot be written: {Problem}", EventName = "EventsWait")]
    public static partial void EventsWait(ILogger logger, string problem, string tenant);

    [LoggerMessage(4003, LogLevel.Error, "{Tenant}/Events: events that are due wait for another attempt", EventName = "SchedulerFailed")]
    public static partial void SchedulerFailed(ILogger logger, Exception exception, string tenant);
}
