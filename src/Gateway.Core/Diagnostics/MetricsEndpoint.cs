using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace Gateway.Core.Diagnostics;

/// <summary><c>/metrics</c>: the gateway's meter in the text format of Prometheus. The exporter is named here and nowhere else.</summary>
static class MetricsEndpoint
{
    // Seconds: from a write to one client on an idle machine to a flood to ten thousand.
    static readonly double[] LatencyBuckets =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

    // The exporter adds up under one what an instrument has beyond so many combinations of tags, 2,000 unless told otherwise:
    // with 50 tenants the reasons to close are more.
    const int MostClosed = 50_000;

    public static void AddExporter(IServiceCollection services)
    {
        services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
        {
            var meters = provider.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => View(instrument, meters));
        });
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(GatewayMetrics.MeterName).AddPrometheusExporter(exporter =>
        {
            // Every series is the gateway's own, and its names begin so; these two would add others.
            exporter.TargetInfoEnabled = false;
            exporter.ScopeInfoEnabled = false;
            exporter.ScrapeResponseCacheDurationMilliseconds = 0;
        }));
    }

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPrometheusScrapingEndpoint("/metrics")
        .WithMetadata(new HttpMethodMetadata([HttpMethods.Get]));

    /// <summary>What writes a page of all of it, for others to take from.</summary>
    public static RequestDelegate Scrape(IServiceProvider services) =>
        new ApplicationBuilder(services).UseOpenTelemetryPrometheusScrapingEndpoint(_ => true).Build();

    // The exporter finds meters by name in the whole process: those of another gateway in it are not this one's.
    static MetricStreamConfiguration? View(Instrument instrument, IMeterFactory meters)
    {
        if (instrument.Meter.Scope != meters)
            return MetricStreamConfiguration.Drop;
        return instrument.Name switch
        {
            GatewayMetrics.FanOutLatency or GatewayMetrics.CommitLatency => new ExplicitBucketHistogramConfiguration { Boundaries = LatencyBuckets },
            GatewayMetrics.ConnectionsClosed => new MetricStreamConfiguration { CardinalityLimit = MostClosed },
            _ => null,
        };
    }
}
