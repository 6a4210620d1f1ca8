using Gateway.Core.Diagnostics;
using Gateway.Core.Hosting;
using Gateway.Core.Tenants;
using Gateway.Core.Topics;
using Gateway.Modules.Events.Storage;
using Gateway.Modules.Events.Streaming;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Modules.Events.Tests;

/// <summary>A scheduler with a clock that is turned by hand, and a store of its own that it may be started anew on.</summary>
/// <param name="services">Where the rest comes from: those of a gateway.</param>
sealed class VirtualSchedule(IServiceProvider services) : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_000_000);
    public static readonly Guid User = Guid.NewGuid();

    readonly TemporaryFolder _folder = new();
    Scheduler _scheduler = null!;

    public FakeTimeProvider Time { get; } = new(Start);

    public EventStore Store { get; private set; } = null!;

    public Broadcaster Broadcaster { get; private set; } = null!;

    public async Task RunAsync()
    {
        var tenant = services.GetRequiredService<Tenant>();
        var options = new EventsOptions();
        Store = new EventStore(options, tenant, new DataDirectory(_folder.Path), services.GetRequiredService<GatewayMetrics>(), Time, NullLogger<EventStore>.Instance);
        Broadcaster = new Broadcaster(services.GetRequiredService<TopicHub<EventsModule>>(), Store, options);
        _scheduler = new Scheduler(Store, Broadcaster, options, tenant, Time, NullLogger<Scheduler>.Instance);
        await _scheduler.StartAsync(CancellationToken.None);
    }

    public Task StopAsync() => _scheduler.DisposeAsync().AsTask();

    public async Task<EventRecord> InsertAsync(long timestamp) =>
        (await Store.InsertAsync([new("x", User, timestamp, "1"u8.ToArray())], User, null)).Records[0];

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }
}
