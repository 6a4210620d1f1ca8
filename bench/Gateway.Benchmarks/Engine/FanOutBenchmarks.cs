using BenchmarkDotNet.Attributes;
using Gateway.Core.Auth;
using Gateway.Core.Connections;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Diagnostics;
using Gateway.Core.Hosting;
using Gateway.Core.Modules;
using Gateway.Core.Tenants;
using Gateway.Core.Topics;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Benchmarks.Engine;

/// <summary>
/// From a publish to the hand-over to every subscriber's transport: 64 frames at a time, waited for. The figure is per
/// publish; divide by the subscribers for a delivery.
/// </summary>
[MemoryDiagnoser]
public class FanOutBenchmarks
{
    internal const int Frames = 64;

    readonly Frame _frame = Frame.Text(new byte[128]);
    SenderLoops _loops = null!;
    ModuleMetrics _metrics = null!;
    TopicHub<NoModule> _hub = null!;

    [Params(1, 100, 1000)]
    public int Subscribers { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var services = new ServiceCollection().AddMetrics().AddSingleton(new ConnectionRegistry(new LimitOptions()))
            .AddSingleton<GatewayMetrics>().BuildServiceProvider();
        _metrics = services.GetRequiredService<GatewayMetrics>().For(Tenant.DefaultName, "bench");
        _loops = SenderLoops.OfThreads(Environment.ProcessorCount);
        var settings = new ConnectionSettings
        {
            Tenant = new Tenant(Tenant.DefaultName, new(), new Revocations("none"), TimeProvider.System),
            Module = "bench",
            Metrics = _metrics,
            QueueBytes = long.MaxValue,
            SlowConsumer = SlowConsumerPolicy.Disconnect,
        };
        _hub = new TopicHub<NoModule>(_loops, settings);
        for (int i = 0; i < Subscribers; i++)
            _hub.Subscribe("topic", new WebSocketConnection(settings, new Sink(), _loops.Next(), null, Identity.Open));
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public async Task PublishToAll()
    {
        long target = _metrics.Delivered.Frames + ((long)Frames * Subscribers);
        for (int i = 0; i < Frames; i++)
            await _hub.PublishAsync("topic", _frame);
        while (_metrics.Delivered.Frames < target)
            Thread.SpinWait(20);
    }

    [Benchmark]
    public ValueTask<int> PublishToNobody() => _hub.PublishAsync("elsewhere", _frame);

    [GlobalCleanup]
    public void Cleanup() => _loops.Dispose();

    public sealed class NoModule : IGatewayModule
    {
        public string Name => "bench";

        public ModuleOptions ConfigureServices(
            IServiceCollection services,
            Microsoft.Extensions.Configuration.IConfigurationSection section,
            Core.Configuration.ConfigurationFaults faults) => new();

        public void MapEndpoints(ModuleRoutes routes)
        {
        }
    }
}
