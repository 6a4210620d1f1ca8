using Gateway.Core.Auth;
using Gateway.Core.Connections;
using Gateway.Core.Hosting;
using Gateway.Core.Modules;
using Gateway.Modules.Events.Storage;
using Gateway.Modules.Events.Streaming;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Modules.Events;

/// <summary><c>GET /events</c>: the stream.</summary>
sealed class StreamEndpoint(EventStore store, Broadcaster broadcaster, StreamQuery query, StreamSeats seats, LongPoll longPoll, Tickets tickets, EventsOptions options)
{
    const string Subscribe = "subscribe";
    static readonly TimeSpan LegacyInterval = TimeSpan.FromSeconds(10);
    static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(30);

    readonly HttpConnectionSettings _legacy = new() { Ping = "event: internal_status\ndata: ping\n\n"u8.ToArray(), PingInterval = LegacyInterval, SendTimeout = SendTimeout };
    readonly HttpConnectionSettings _comments = new() { Ping = ":\n"u8.ToArray(), SendTimeout = SendTimeout };

    public Task GetAsync(HttpContext context)
    {
        if (Tickets.IsPresented(context.Request))
        {
            if (tickets.Redeem(context.Request) is not { } identity)
                return Problems.Refusal(AuthFault.TokenUnknown).ExecuteAsync(context);
            context.Features.Set(identity);
        }
        if (StreamQuery.ReadFilter(context, out var filter) is { } fault)
            return Answers.BadRequest("filter_invalid", fault).ExecuteAsync(context);
        if (FindForbidden(context, filter) is { } path)
            return context.Forbid(Subscribe, path).ExecuteAsync(context);
        if (query.ReadStart(context.Request, filter) is not { } start)
            return Answers.BadRequest("sync_invalid", "sync must be latest, collections, none or earliest.").ExecuteAsync(context);
        if (context.Request.Query.ContainsKey(LongPoll.Wait))
            return longPoll.AnswerAsync(context, filter, start);
        bool wantsEvents = context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
        if (!seats.HasRoom(context.Identity()))
            return (wantsEvents ? ComeBackLater.Instance : StreamSeats.TooMany).ExecuteAsync(context);
        WriteHead(context.Response, start.Cursor);
        var settings = options.LegacyHeartbeat ? _legacy : _comments with { PingInterval = Spread(options.HeartbeatInterval) };
        return Serve(context, filter, start, wantsEvents ? settings with { NotAdmitted = ComeBackLater.Instance } : settings);
    }

    /// <summary>Streams that were opened together are not all written to at once: each has an interval of its own, up to a quarter shorter.</summary>
    internal static TimeSpan Spread(TimeSpan interval) => interval * (1 - (Random.Shared.NextDouble() / 4));

    // By itself, so that what the stream holds on to is not the request as well.
    Task Serve(HttpContext context, StreamFilter filter, StreamStart start, HttpConnectionSettings settings) =>
        context.ServeFramesAsync((client, closing) => ServeAsync(client, filter, start, closing), settings);

    async Task ServeAsync(HttpConnection client, StreamFilter filter, StreamStart start, CancellationToken closing)
    {
        // Of several who came at once, some may find the last seat taken by now.
        using var seat = seats.TryTake(client.Identity);
        if (seat != null)
            await new EventStream(store, broadcaster, options, filter, client).ServeAsync(start, closing).ConfigureAwait(false);
        else
            client.Close(CloseReason.LimitReached);
    }

    // A stream that is public is so for all collections; who presents a token has what it grants.
    string? FindForbidden(HttpContext context, StreamFilter filter)
    {
        if (options.PublicStream)
            return null;
        return filter.Collections.Count == 0
            ? context.Allows(Subscribe, "/") ? null : "/"
            : filter.Collections.Select(collection => $"/{collection}").FirstOrDefault(path => !context.Allows(Subscribe, path));
    }

    static void WriteHead(HttpResponse response, string? cursor)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "private, no-cache, no-store, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        response.Headers.Append("Vary", "Origin");
        if (cursor != null)
            response.Headers[StreamQuery.LastEventId] = cursor;
    }

    /// <summary>An EventSource that gets any other status never comes back; this one does, in a while.</summary>
    sealed class ComeBackLater : IResult
    {
        public static ComeBackLater Instance { get; } = new();

        public Task ExecuteAsync(HttpContext httpContext)
        {
            WriteHead(httpContext.Response, cursor: null);
            return httpContext.Response.WriteAsync($"retry: {Random.Shared.Next(10_000, 20_000)}\n\n");
        }
    }
}
