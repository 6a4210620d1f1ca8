using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace Gateway.Core.Diagnostics;

/// <summary>
/// Sends spans to the receiver, and says when it cannot: once, and then at most every <see cref="Silence"/>. What cannot be
/// sent is dropped.
/// </summary>
sealed partial class TraceExporter(OtlpExporterOptions options, ILogger<TraceExporter> log) : OtlpTraceExporter(options)
{
    static readonly TimeSpan Silence = TimeSpan.FromHours(1);

    readonly string _receiver = options.Endpoint.GetLeftPart(UriPartial.Authority);
    long? _toldAt;

    public override ExportResult Export(in Batch<Activity> batch)
    {
        var result = base.Export(batch);
        if (result == ExportResult.Failure && (_toldAt == null || Stopwatch.GetElapsedTime(_toldAt.Value) >= Silence))
        {
            _toldAt = Stopwatch.GetTimestamp();
            NotSent(_receiver);
        }
        return result;
    }

    [LoggerMessage(1311, LogLevel.Warning, "Traces cannot be sent to {Receiver} and are dropped meanwhile; this is said at most once an hour", EventName = "TracesNotSent")]
    partial void NotSent(string receiver);
}
