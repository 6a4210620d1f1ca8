using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gateway.Core.Diagnostics;

/// <summary>Sends the spans of <see cref="GatewayTraces"/> by OTLP, where that is configured. The exporter is named by this folder alone.</summary>
static class TraceExport
{
    // A receiver that does not answer keeps a thread of its own waiting, and the end of the process for as long as this.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public static void Add(IServiceCollection services, TracesOptions options)
    {
        if (options.Address is not { } address)
            return;
        services.AddOpenTelemetry().WithTracing(tracing => tracing
            .AddSource(GatewayTraces.SourceName)
            .ConfigureResource(resource => resource.AddService("gateway", serviceVersion: Version))
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.SampleRatio)))
            .AddProcessor(provider => new BatchActivityExportProcessor(
                new TraceExporter(ExporterOptions(options, address), provider.GetRequiredService<ILogger<TraceExporter>>()),
                scheduledDelayMilliseconds: (int)Interval.TotalMilliseconds, exporterTimeoutMilliseconds: (int)Patience.TotalMilliseconds)));
        services.AddHostedService<Farewell>();
    }

    static string? Version => typeof(TraceExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    static OtlpExporterOptions ExporterOptions(TracesOptions options, Uri address) => new()
    {
        Endpoint = address,
        Protocol = options.Protocol == TracesProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        // The exporter takes them as one text, with escapes.
        Headers = string.Join(',', options.Headers.Select(header => $"{Uri.EscapeDataString(header.Key)}={Uri.EscapeDataString(header.Value)}")),
        TimeoutMilliseconds = (int)Patience.TotalMilliseconds,
    };

    // What is left is sent once everything else has stopped, and not waited for without end.
    sealed class Farewell(TracerProvider traces) : IHostedLifecycleService
    {
        public Task StoppedAsync(CancellationToken cancellationToken) =>
            Task.Run(() => traces.Shutdown((int)Patience.TotalMilliseconds), CancellationToken.None);

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
