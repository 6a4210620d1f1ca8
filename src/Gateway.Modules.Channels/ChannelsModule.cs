using Gateway.Core.Modules;
using Gateway.Core.Topics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Modules.Channels;

/// <summary>
/// Ephemeral publish and subscribe, compatible with Pinghub: every path is a channel. A WebSocket on it gets all that is
/// published there, its own messages included; a POST publishes; a browser's GET gets a page to try it. Nothing is kept.
/// </summary>
public sealed class ChannelsModule() : GatewayModule<ChannelsOptions>("Channels"), IHasExamples
{
    const string EveryPath = "{**path}";

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> Reloadable =>
        [.. ModuleOptions.Reloadable, nameof(ChannelsOptions.MaxMessageBytes), nameof(ChannelsOptions.PingInterval), nameof(ChannelsOptions.PongTimeout)];

    /// <inheritdoc/>
    public IReadOnlyList<ModuleExample> Examples =>
    [
        new("Subscribe, and publish to yourself and others", "WS", "/hello", "hello"),
        new("Publish", "POST", "/hello", "hello from a request"),
    ];

    /// <inheritdoc/>
    protected override void Configure(IServiceCollection services, ChannelsOptions options) =>
        services.AddSingleton(provider => new ChannelEndpoints(provider.GetRequiredService<TopicHub<ChannelsModule>>(), options));

    /// <inheritdoc/>
    protected override void Map(ModuleRoutes routes, ChannelsOptions options)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<ChannelEndpoints>();
        routes.MapWebSocket(EveryPath, endpoints.Open, options.WebSocket);
        ModuleRoutes.AllowForeignOrigins(routes.MapPost(EveryPath, endpoints.PublishAsync));
        ModuleRoutes.AllowForeignOrigins(routes.MapGet(EveryPath, ChannelEndpoints.ShowPageAsync).AllowAnonymous());
    }
}
