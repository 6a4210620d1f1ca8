using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Gateway.Core.Connections;
using Gateway.Core.Diagnostics;
using Gateway.Core.Hosting;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Storage.Tests;

public sealed class LogMetricsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    readonly ConcurrentDictionary<string, double> _seen = new();

    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_meter_shows_size_records_fsyncs_and_commit_latency_by_module_and_tenant()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        using var listener = Listen(factory);
        var metrics = new GatewayMetrics(factory, new ConnectionRegistry(new LimitOptions()));
        listener.Start();
        await using (var log = ReadBack.Open(_folder.Path, out _, new() { Metrics = metrics, Tenant = "acme", Module = "Sample" }))
        {
            await log.AppendDurablyAsync("a", "b");
            listener.RecordObservableInstruments();

            Assert.Equal(log.StoredBytes, _seen["gateway.log.size acme Sample"]);
            Assert.Equal(0, _seen["gateway.log.queue acme Sample"]);
            Assert.Equal(0, _seen["gateway.log.failed acme Sample"]);
            Assert.Equal(2, _seen["gateway.log.records acme Sample"]);
            Assert.Equal(2, _seen["gateway.log.syncs acme Sample"]);
            Assert.InRange(_seen["gateway.log.commit.latency acme Sample"], double.Epsilon, 600);
        }

        _seen.Clear();
        listener.RecordObservableInstruments();
        Assert.False(_seen.ContainsKey("gateway.log.size acme Sample"));
    }

    MeterListener Listen(IMeterFactory factory)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == factory && instrument.Name.StartsWith("gateway.log.", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => See(instrument, value, tags));
        return listener;
    }

    void See(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _seen[$"{instrument.Name} {tags[0].Value} {tags[1].Value}"] = value;
}
