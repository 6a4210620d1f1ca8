using System.Globalization;
using Gateway.Core.Connections;
using Gateway.Core.Hosting;
using Gateway.Modules.JsonStore.Push;
using Gateway.Modules.JsonStore.Storage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.JsonStore;

/// <summary>
/// A path's values as server-sent events (HTML Standard, section 9.2): the value, then every change. An event's id is the
/// revision's number; a client that comes back with it gets the value only if it has changed since.
/// </summary>
sealed class StoreEvents(DocumentStore store, SubscriptionIndex index, JsonStoreOptions options)
{
    const string EventStream = "text/event-stream";

    readonly HttpConnectionSettings _settings = new() { Ping = ": ping\n\n"u8.ToArray(), PingInterval = options.PingInterval };

    /// <summary>Whether a GET asks for them.</summary>
    public static bool AreAskedFor(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains(EventStream, StringComparison.OrdinalIgnoreCase);

    /// <summary>Serves them until the client has gone.</summary>
    public Task ServeAsync(HttpContext context, byte[][] path) => context.ServeAsync((client, closing) => ServeAsync(context, client, path, closing), _settings);

    async Task ServeAsync(HttpContext context, HttpConnection client, byte[][] path, CancellationToken closing)
    {
        using var subscription = index.TryJoin(path, node => new EventsSubscription(index, node, client));
        if (subscription == null)
        {
            await Problems.TooManyTopics().ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        long? known = long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : null;
        context.Response.ContentType = EventStream;
        context.Response.Headers.CacheControl = "no-cache";
        await context.Response.StartAsync(closing).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(closing).ConfigureAwait(false);

        var revision = store.Current;
        var value = subscription.Node.ValueAt(revision);
        revision.Get(path, out long changed);
        if (known == null || known < changed || known > revision.Number)
            client.Send(subscription.Node.EventFrame(revision, value));
        subscription.Start(value);
        await Task.Delay(Timeout.Infinite, closing).ConfigureAwait(false);
    }
}
