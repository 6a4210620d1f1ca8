using Gateway.Core.Modules;
using Gateway.Modules.JsonStore.Push;
using Gateway.Modules.JsonStore.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Modules.JsonStore;

/// <summary>
/// A JSON document with push, compatible with Icepeak: every path is a value, which is read and written by HTTP, and
/// watched by WebSocket.
/// </summary>
public sealed class JsonStoreModule() : GatewayModule<JsonStoreOptions>(ModuleName), IHasExamples
{
    internal const string ModuleName = "JsonStore";

    const string EveryPath = "{**path}";

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> Reloadable =>
    [
        .. ModuleOptions.Reloadable,
        nameof(JsonStoreOptions.FirstSubscribeDeadline), nameof(JsonStoreOptions.MaxSubscriptions),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<ModuleExample> Examples =>
    [
        new("Set a value", "PUT", "/try?durable", """{"title":"hello","visits":1}""", "application/json"),
        new("Watch it", "WS", "/try"),
        new("Read it", "GET", "/try"),
        new("Watch it by server-sent events", "GET", "/try", Accept: "text/event-stream"),
        new("Change it", "PATCH", "/try", """[{"op":"replace","path":"/visits","value":2}]""", "application/json-patch+json"),
    ];

    /// <inheritdoc/>
    protected override void Configure(IServiceCollection services, JsonStoreOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<DocumentStore>();
        services.AddSingleton<SubscriptionIndex>();
        services.AddSingleton<StoreEvents>();
        services.AddSingleton<JsonStoreEndpoints>();
        services.AddSingleton<JsonStoreMetrics>();
        services.AddHostedService<StoreService>();
        services.AddHealthChecks().AddCheck<StoreHealth>($"{ModuleName}/disk");
    }

    /// <inheritdoc/>
    protected override void Map(ModuleRoutes routes, JsonStoreOptions options)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<JsonStoreMetrics>();
        var endpoints = services.GetRequiredService<JsonStoreEndpoints>();
        var sockets = ActivatorUtilities.CreateInstance<JsonStoreSockets>(services, routes.Authenticator);
        ModuleRoutes.AllowAnonymousIf(routes.MapWebSocket(EveryPath, sockets.Open, JsonStoreSockets.Settings(options)), JsonStoreSockets.IsMulti);
        routes.MapGet(EveryPath, endpoints.GetAsync);
        routes.MapMethods(EveryPath, ["HEAD"], endpoints.GetAsync);
        routes.MapPut(EveryPath, endpoints.PutAsync);
        routes.MapDelete(EveryPath, endpoints.DeleteAsync);
        routes.MapPatch(EveryPath, endpoints.PatchAsync);
    }
}
