using Microsoft.Extensions.Logging;

namespace Gateway.Modules.JsonStore;

/// <summary>What the module logs. Never a value, a path or a token.</summary>
static partial class JsonStoreLog
{
    [LoggerMessage(2001, LogLevel.Warning, "{Tenant}/JsonStore: no snapshot could be written, the log goes on growing: {Problem}", EventName = "SnapshotFailed")]
    public static partial void SnapshotFailed(ILogger logger, string problem, string tenant);

    [LoggerMessage(2002, LogLevel.Information, "{Tenant}/JsonStore: imported {File} ({Bytes} bytes) and {Changes} changes of its journal", EventName = "Imported")]
    public static partial void Imported(ILogger logger, string tenant, string file, long bytes, int changes);

    [LoggerMessage(2003, LogLevel.Warning, "{Tenant}/JsonStore: line {Line} of {File} is no change and was left out", EventName = "ImportLineSkipped")]
    public static partial void ImportLineSkipped(ILogger logger, string tenant, string file, int line);

    [LoggerMessage(2004, LogLevel.Error, "{Tenant}/JsonStore: a value could not be pushed; the connections that wanted it end", EventName = "PushFailed")]
    public static partial void PushFailed(ILogger logger, Exception exception, string tenant);
}
