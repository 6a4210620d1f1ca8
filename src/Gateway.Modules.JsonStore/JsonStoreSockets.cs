using System.Net.Mime;
using Gateway.Core.Auth;
using Gateway.Core.Connections;
using Gateway.Core.Hosting;
using Gateway.Core.Modules;
using Gateway.Modules.JsonStore.Multi;
using Gateway.Modules.JsonStore.Push;
using Gateway.Modules.JsonStore.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gateway.Modules.JsonStore;

/// <summary>The two WebSocket protocols. A query of <c>method=reusable</c> asks for the one with many subscriptions.</summary>
sealed class JsonStoreSockets(DocumentStore store, SubscriptionIndex index, JsonStoreOptions options, Refusals refusals, Authenticator authenticator)
{
    const string Reusable = "reusable";

    /// <summary>What is asked of the clients of both.</summary>
    public static WebSocketSettings Settings(JsonStoreOptions options) => new()
    {
        MaxMessageBytes = MultiSession.MaxMessageBytes,
        MessageTooLarge = MultiClose.TooLarge,
        PingInterval = options.PingInterval,
        PongTimeout = options.PongTimeout,
    };

    /// <summary>Whether the client will send its token in a message. A query that is refused anyway needs none.</summary>
    public static bool IsMulti(HttpContext context) => Method(context) != null;

    /// <summary>Decides on a request.</summary>
    public WebSocketAnswer Open(HttpContext context)
    {
        if (Method(context) is { } method)
        {
            return method == Reusable ? WebSocketAnswer.Accept(ServeManyAsync) : WebSocketAnswer.Refuse(UnknownMethod(context));
        }
        byte[][] path = StorePath.Parse(context.ModulePath());
        if (!JsonStoreEndpoints.Allows(context, StoreAction.Read, path))
            return WebSocketAnswer.Refuse(context.Forbid(StoreAction.Read, context.ModulePath()));
        if (path.Length > options.MaxDepth)
            return WebSocketAnswer.Refuse(Problems.Create(StatusCodes.Status400BadRequest, "json_too_deep", $"A path may have at most {options.MaxDepth} names."));
        return WebSocketAnswer.Accept((client, closing) => ServeAsync(client, path, closing));
    }

    async Task ServeManyAsync(WebSocketConnection client, CancellationToken closing)
    {
        using var session = new MultiSession(store, index, options, authenticator, refusals, client);
        await session.ServeAsync(closing).ConfigureAwait(false);
    }

    // What the client sends is read and ignored, as the protocol has it.
    async Task ServeAsync(WebSocketConnection client, byte[][] path, CancellationToken closing)
    {
        using var subscription = index.TryJoin(path, node => new SingleSubscription(index, node, client));
        if (subscription == null)
        {
            client.Close(CloseReason.LimitReached, "too many paths");
            return;
        }
        var value = subscription.Node.ValueAt(store.Current);
        client.Send(subscription.Node.SingleFrame(value));
        subscription.Start(value);
        await foreach (var _ in client.ReadAllAsync(closing).ConfigureAwait(false))
        {
        }
    }

    // Specification, section 4: the reason phrase is the original's own, and the connection ends.
    static ContentHttpResult UnknownMethod(HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = "Unrecognised query parameter value";
        context.Response.Headers.Connection = "close";
        return TypedResults.Text(
            $"Invalid 'method' query parameter value, expecting '{Reusable}'", MediaTypeNames.Text.Plain, statusCode: StatusCodes.Status400BadRequest);
    }

    static string? Method(HttpContext context) => new StoreQuery(context.Request.QueryString.Value)["method"];
}
