using Gateway.Core.Auth;
using Gateway.Core.Auth.Users;
using Gateway.Core.Modules;
using Gateway.Modules.Events.Storage;
using Gateway.Modules.Events.Streaming;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Modules.Events;

/// <summary>
/// Events that fire when their time comes, to everybody who listens, compatible with Broker: users log in and insert them,
/// an EventSource gets the latest of each name and then all that fires. Every event is stored.
/// </summary>
public sealed class EventsModule() : GatewayModule<EventsOptions>(ModuleName), IHasExamples
{
    internal const string ModuleName = "Events";

    /// <summary>The cookie in which a browser may carry its token, as an EventSource cannot set headers.</summary>
    internal const string TokenCookie = "events_token";

    static readonly ModulePage Page = new(typeof(EventsModule).Assembly, "events");

    /// <inheritdoc/>
    public override TokenRule TokenRule { get; } = new() { Cookie = TokenCookie };

    /// <inheritdoc/>
    public override string? OwnSchemeType => "Users";

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> Reloadable =>
    [
        .. ModuleOptions.Reloadable,
        nameof(EventsOptions.PublicStream), nameof(EventsOptions.Sync), nameof(EventsOptions.OpenCancel),
        nameof(EventsOptions.MaxReplay), nameof(EventsOptions.RetentionAge), nameof(EventsOptions.RetentionBytes),
        nameof(EventsOptions.RetentionCount),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<ModuleExample> Examples =>
    [
        new("Listen", "GET", "/events", Accept: "text/event-stream"),
        new("Make an account", "POST", "/users", """{"username":"ada","password":"secret","collection_id":"3be1fd1e-4bd4-4d0c-9a39-4a0a2b3d7c11"}""", "application/json"),
        new("Log in; the answer has a token", "POST", "/login", """{"username":"ada","password":"secret"}""", "application/json"),
        new("Let an event fire at once, with that token", "POST", "/insert", """{"event":"hello","collection_id":"3be1fd1e-4bd4-4d0c-9a39-4a0a2b3d7c11","timestamp":0,"data":{"text":"hello"}}""", "application/json"),
    ];

    /// <inheritdoc/>
    protected override void Configure(IServiceCollection services, EventsOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<EventStore>();
        services.AddSingleton<Broadcaster>();
        services.AddSingleton<Scheduler>();
        services.AddSingleton<Tickets>();
        services.AddSingleton<EventEndpoints>();
        services.AddSingleton<ListEndpoints>();
        services.AddSingleton<StreamQuery>();
        services.AddSingleton<StreamSeats>();
        services.AddSingleton<LongPoll>();
        services.AddSingleton<StreamEndpoint>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<Scheduler>());
        services.AddHealthChecks().AddCheck<StoreHealth>("Events/log");
    }

    /// <inheritdoc/>
    protected override void Map(ModuleRoutes routes, EventsOptions options)
    {
        MapUsers(routes, options);
        MapEvents(routes);
        MapLists(routes);
        MapStream(routes, options);
    }

    // Only where there are accounts of our own.
    static void MapUsers(ModuleRoutes routes, EventsOptions options)
    {
        if (routes.Authenticator.Schemes.OfType<UsersScheme>().FirstOrDefault() is not { } scheme)
            return;
        var users = new UserEndpoints(scheme, options);
        routes.MapPost("/users", users.CreateAsync).AllowAnonymous();
        routes.MapPost("/login", users.LogInAsync).AllowAnonymous();
    }

    static void MapEvents(ModuleRoutes routes)
    {
        var events = routes.ServiceProvider.GetRequiredService<EventEndpoints>();
        routes.MapPost("/insert", events.InsertAsync);
        routes.MapPost("/events/batch", events.InsertBatchAsync);
        routes.MapGet("/events/{id}/cancel", events.CancelByGetAsync);
        routes.MapGet("/cancel/{id}", events.CancelByGetAsync);
        routes.MapPost("/events/{id}/cancel", events.CancelAsync);
        routes.MapPost("/cancel/{id}", events.CancelAsync);
        routes.MapDelete("/events/{id}", events.CancelAsync);
        routes.MapPatch("/events/{id}", events.RescheduleAsync);
    }

    static void MapLists(ModuleRoutes routes)
    {
        var lists = routes.ServiceProvider.GetRequiredService<ListEndpoints>();
        routes.MapGet("/events/collections/{id}", lists.GetCollectionAsync);
        routes.MapGet("/collections/{id}", lists.GetCollectionAsync);
        routes.MapGet("/events/user", lists.GetUserAsync);
        routes.MapGet("/user_events", lists.GetUserAsync);
    }

    static void MapStream(ModuleRoutes routes, EventsOptions options)
    {
        var tickets = routes.ServiceProvider.GetRequiredService<Tickets>();
        routes.MapPost("/events/ticket", tickets.IssueAsync);
        var stream = routes.ServiceProvider.GetRequiredService<StreamEndpoint>();
        foreach (string path in (string[])["/events", "/sse"])
            ModuleRoutes.AllowAnonymousIf(routes.MapGet(path, stream.GetAsync), context => Tickets.IsPresented(context.Request) || (options.PublicStream && !HasToken(context.Request)));
        routes.MapGet("/events/page", context => Page.WriteAsync(context.Response)).AllowAnonymous();
    }

    static bool HasToken(HttpRequest request) =>
        request.Headers.Authorization.Count > 0 || request.Query.ContainsKey("access_token") || request.Cookies.ContainsKey(TokenCookie);
}
