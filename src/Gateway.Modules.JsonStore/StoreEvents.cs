using System.Globalization;
using Gateway.Core.Connections;
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

    static readonly Frame TooManyPaths = Frame.Raw("retry: 10000\n\n"u8);

    readonly HttpConnectionSettings _settings = new() { Ping = ": ping\n\n"u8.ToArray(), PingInterval = options.PingInterval };

    /// <summary>Whether a GET asks for them.</summary>
    public static bool AreAskedFor(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains(EventStream, StringComparison.OrdinalIgnoreCase);

    /// <summary>Serves them until the client has gone.</summary>
    public Task ServeAsync(HttpContext context, byte[][] path)
    {
        context.Response.ContentType = EventStream;
        context.Response.Headers.CacheControl = "no-cache";
        return Serve(context, path, IdOf(context.Request));
    }

    // By itself, so that what the stream holds on to is not the request as well.
    Task Serve(HttpContext context, byte[][] path, long? known) =>
        context.ServeFramesAsync((client, closing) => ServeAsync(client, path, known, closing), _settings);

    static long? IdOf(HttpRequest request) =>
        long.TryParse(request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : null;

    async Task ServeAsync(HttpConnection client, byte[][] path, long? known, CancellationToken closing)
    {
        using var subscription = index.TryJoin(path, node => new EventsSubscription(index, node, client));
        if (subscription == null)
        {
            // An EventSource that gets any other status than 200 never comes back; this one does, in a while.
            client.Send(TooManyPaths);
            client.Close(CloseReason.LimitReached);
            return;
        }
        var revision = store.Current;
        var value = subscription.Node.ValueAt(revision);
        revision.Get(path, out long changed);
        if (known == null || known < changed || known > revision.Number)
            client.Send(subscription.Node.EventFrame(revision, value));
        subscription.Start(value);
        await Task.Delay(Timeout.Infinite, closing).ConfigureAwait(false);
    }
}
