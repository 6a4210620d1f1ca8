using System.Diagnostics.Metrics;
using Gateway.Core.Connections;
using Gateway.Core.Diagnostics;
using Gateway.Core.Hosting;
using Gateway.Core.Tests.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Core.Tests.Diagnostics;

public sealed class GatewayMetricsTests : IDisposable
{
    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    readonly ConnectionRegistry _registry = new(new LimitOptions());
    readonly MeterListener _listener = new();
    readonly Dictionary<string, double> _seen = [];
    readonly GatewayMetrics _metrics;

    public GatewayMetricsTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Other tests have meters of the same name.
            if (instrument.Meter is { Name: GatewayMetrics.MeterName } meter && meter.Scope == factory)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => See(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => See(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => See(instrument, value, tags));
        _listener.Start();
        _metrics = new GatewayMetrics(factory, _registry);
    }

    [Fact]
    public void Counters_add_up_for_each_module()
    {
        var (a, b) = (_metrics.For("default", "A"), _metrics.For("default", "B"));
        Assert.Same(a, _metrics.For("default", "A"));
        a.AddOpened();
        a.AddOpened();
        b.AddOpened();
        a.AddClosed(CloseReason.SlowConsumer);
        a.AddPublished(Frame.Binary(new byte[8]).Count);
        a.AddPublished(Frame.Binary(new byte[18]).Count);
        a.AddPublished(Frame.Control([1, 2]).Count);
        a.AddDelivered(new(3, 300));
        a.AddDelivered(new(4, 400));
        a.AddDelivered(default);
        b.AddDelivered(new(1, 10));
        a.AddDropped(DropReason.NoSubscriber, new(1, 10));
        a.AddDropped(DropReason.SlowConsumer, new(2, 20));
        b.AddDropped(DropReason.ClientGone, new(5, 50));

        _listener.RecordObservableInstruments();

        Assert.Equal(2, _seen["gateway.connections.opened module=A"]);
        Assert.Equal(1, _seen["gateway.connections.opened module=B"]);
        Assert.Equal(1, _seen["gateway.connections.closed module=A reason=slow_consumer"]);
        Assert.Equal(0, _seen["gateway.connections.closed module=B reason=slow_consumer"]);
        Assert.Equal(2, _seen["gateway.frames.published module=A"]);
        Assert.Equal(30, _seen["gateway.published module=A"]);
        Assert.Equal(7, _seen["gateway.frames.delivered module=A"]);
        Assert.Equal(700, _seen["gateway.delivered module=A"]);
        Assert.Equal(10, _seen["gateway.delivered module=B"]);
        Assert.Equal(1, _seen["gateway.frames.dropped module=A reason=no_subscriber"]);
        Assert.Equal(20, _seen["gateway.dropped module=A reason=slow_consumer"]);
        Assert.Equal(5, _seen["gateway.frames.dropped module=B reason=client_gone"]);
        Assert.Equal(0, _seen["gateway.dropped module=A reason=client_gone"]);
    }

    [Fact]
    public void A_module_that_nobody_has_connected_to_shows_no_reasons_to_close()
    {
        _metrics.For("default", "A");

        _listener.RecordObservableInstruments();

        Assert.Equal(0, _seen["gateway.connections.opened module=A"]);
        Assert.DoesNotContain(_seen.Keys, key => key.StartsWith("gateway.connections.closed", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_reason_has_a_series_before_it_can_be_the_reason()
    {
        _metrics.For("default", "A").AddOpened();

        _listener.RecordObservableInstruments();

        Assert.All(CloseReasons.All, reason => Assert.Equal(0, _seen[$"gateway.connections.closed module=A reason={reason.Label()}"]));
        Assert.Equal(Enum.GetValues<DropReason>().Length,
            _seen.Keys.Count(key => key.StartsWith("gateway.frames.dropped module=A", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Gauges_count_what_is_there()
    {
        _metrics.For("default", "Test");
        _metrics.For("default", "Other");
        using var clients = new ScriptedClients();
        var connections = Enumerable.Range(0, 3).Select(_ => clients.Connect()).ToList();
        foreach (var (connection, transport) in connections)
        {
            transport.TakeOnly(4);
            _registry.Add(connection);
            connection.Send(Numbered.Frame(1));
        }
        await clients.SettleAsync();

        _listener.RecordObservableInstruments();
        Assert.Equal(3, _seen["gateway.connections module=Test"]);
        Assert.Equal(0, _seen["gateway.connections module=Other"]);
        Assert.Equal(3 * (Numbered.FrameBytes - 4), _seen["gateway.queue module=Test"]);

        connections[0].Transport.MakeRoom();
        await clients.SettleAsync();
        _registry.Remove(connections[1].Connection);
        _seen.Clear();
        _listener.RecordObservableInstruments();
        Assert.Equal(2, _seen["gateway.connections module=Test"]);
        Assert.Equal(Numbered.FrameBytes - 4, _seen["gateway.queue module=Test"]);
    }

    [Fact]
    public void Fan_out_latencies_are_recorded_in_seconds()
    {
        _metrics.For("default", "A").RecordFanOut(TimeSpan.FromMilliseconds(250));
        _metrics.For("default", "A").RecordFanOut(TimeSpan.FromMilliseconds(500));

        Assert.Equal(0.75, _seen["gateway.fanout.latency module=A"]);
    }

    [Fact]
    public void The_process_and_its_runtime_are_measured_as_well()
    {
        _listener.RecordObservableInstruments();

        Assert.InRange(_seen["gateway.process.cpu"], 0.001, 1e6);
        Assert.InRange(_seen["gateway.process.memory"], 1e6, 1e12);
        Assert.InRange(_seen["gateway.process.start.time"], 1.7e9, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1);
        Assert.InRange(_seen["gateway.process.open.handles"], 3, 1e6);
        Assert.InRange(_seen["gateway.runtime.heap.size"], 1e4, 1e12);
        Assert.Contains("gateway.runtime.gc.collections generation=2", _seen.Keys);
        Assert.All(_seen.Keys, key => Assert.StartsWith("gateway.", key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sums_are_right_whoever_adds()
    {
        var module = _metrics.For("default", "A");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                module.AddDelivered(new(2, 30));
                module.AddClosed(CloseReason.Finished);
                module.AddDropped(DropReason.SlowConsumer, new(1, 5));
            }
        })));

        Assert.Equal(new FrameCount(160_000, 2_400_000), module.Delivered);
        Assert.Equal(80_000, module.Closed(CloseReason.Finished));
        Assert.Equal(new FrameCount(80_000, 400_000), module.Dropped(DropReason.SlowConsumer));
        Assert.Equal(default, module.Dropped(DropReason.ClientGone));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    void See(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = string.Join(' ', [instrument.Name, .. tags.ToArray().Where(tag => tag.Key != "tenant").Select(tag => $"{tag.Key}={tag.Value}")]);
        _seen[key] = _seen.GetValueOrDefault(key) + value;
    }
}
