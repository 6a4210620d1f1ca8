using Gateway.Core.Auth;
using Gateway.Core.Modules;
using Gateway.Modules.Streams.Spying;
using Gateway.Modules.Streams.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Modules.Streams;

/// <summary>
/// Byte streams that are stored and tailed live, compatible with Loom: a producer POSTs bytes as they come, and anybody
/// with the id reads them, live or later.
/// </summary>
public sealed class StreamsModule() : GatewayModule<StreamsOptions>("Streams"), IHasExamples
{
    const string EveryStream = "/stream/{**rest}";

    /// <inheritdoc/>
    public override TokenRule TokenRule { get; } = new() { IsStrict = true };

    /// <inheritdoc/>
    public override IResult Refusal(AuthFault fault) => StreamAnswers.Refusal(fault);

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> Reloadable =>
    [
        .. ModuleOptions.Reloadable,
        nameof(StreamsOptions.MaxStreamBytes), nameof(StreamsOptions.MaxMetadataBytes), nameof(StreamsOptions.PingInterval),
        nameof(StreamsOptions.IdleTimeout), nameof(StreamsOptions.RetentionAge), nameof(StreamsOptions.RetentionBytes),
        nameof(StreamsOptions.RetentionCount),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<ModuleExample> Examples =>
    [
        new("Write a stream", "POST", "/stream/try?force=true", "the bytes\n", "application/octet-stream"),
        new("Read it, live", "GET", "/stream/try"),
        new("Read it by WebSocket", "WS", "/stream/try"),
        new("List", "GET", "/stream"),
        new("See all that is written", "GET", "/spy"),
    ];

    /// <inheritdoc/>
    protected override void Configure(IServiceCollection services, StreamsOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<StreamStore>();
        services.AddSingleton<Sweeper>();
        services.AddSingleton<Compressor>();
        services.AddSingleton<ProducerEndpoints>();
        services.AddSingleton<ConsumerEndpoints>();
        services.AddSingleton<StoreEndpoints>();
        services.AddSingleton<StreamEndpoints>();
        services.AddSingleton<SpyEndpoint>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<StreamStore>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<Sweeper>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<Compressor>());
    }

    /// <inheritdoc/>
    protected override void Map(ModuleRoutes routes, StreamsOptions options)
    {
        var streams = routes.ServiceProvider.GetRequiredService<StreamEndpoints>();
        routes.MapWebSocket(EveryStream, streams.Open, new() { PingInterval = options.PingInterval });
        routes.Map(EveryStream, streams.HandleAsync);
        routes.MapGet("/spy", routes.ServiceProvider.GetRequiredService<SpyEndpoint>().GetAsync);
    }
}
