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
sealed class StreamEndpoint(EventStore store, Broadcaster broadcaster, Tickets tickets, EventsOptions options)
{
    const string Subscribe = "subscribe";
    const string LastEventId = "Last-Event-ID";

    static readonly string[] CursorParameters = ["last_event_id", "lastEventID", "lastEventId"];
    static readonly TimeSpan LegacyInterval = TimeSpan.FromSeconds(10);

    readonly HttpConnectionSettings _settings = options.LegacyHeartbeat
        ? new() { Ping = "event: internal_status\ndata: ping\n\n"u8.ToArray(), PingInterval = LegacyInterval }
        : new() { Ping = ":\n"u8.ToArray(), PingInterval = options.HeartbeatInterval };

    public Task GetAsync(HttpContext context)
    {
        if (Tickets.IsPresented(context.Request))
        {
            if (tickets.Redeem(context.Request) is not { } identity)
                return Problems.Refusal(AuthFault.TokenUnknown).ExecuteAsync(context);
            context.Features.Set(identity);
        }
        if (ReadFilter(context, out var filter) is { } fault)
            return Answers.BadRequest("filter_invalid", fault).ExecuteAsync(context);
        if (FindForbidden(context, filter) is { } path)
            return context.Forbid(Subscribe, path).ExecuteAsync(context);
        if (ReadStart(context.Request, filter) is not { } start)
            return Answers.BadRequest("sync_invalid", "sync must be latest, none or earliest.").ExecuteAsync(context);
        WriteHead(context.Response, start.Cursor);
        SendTimeout.Set(context);
        bool wantsEvents = context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
        return context.ServeAsync(
            (client, closing) => new EventStream(store, broadcaster, options, filter, client).ServeAsync(context.Response, start, closing),
            wantsEvents ? _settings with { NotAdmitted = ComeBackLater.Instance } : _settings);
    }

    static string? ReadFilter(HttpContext context, out StreamFilter filter)
    {
        var query = context.Request.Query;
        string[] names = [.. query["event"].Select(name => name ?? "").Distinct(StringComparer.Ordinal)];
        var collections = new HashSet<Guid>();
        filter = new([], [], null);
        foreach (string? collection in query["collection"])
        {
            if (!Uuid.TryParse(collection ?? "", out var id))
                return "collection must be a UUID.";
            collections.Add(id);
        }
        if ((long)Math.Max(1, names.Length) * Math.Max(1, collections.Count) > StreamFilter.MaxCombinations)
            return $"At most {StreamFilter.MaxCombinations} combinations of event and collection are allowed.";
        var user = query["user"];
        if (user.Count > 0 && (user is not ["me"] || context.Identity().Subject == null))
            return "user must be me, and needs a token.";
        filter = new(names, collections, user.Count > 0 ? context.Identity().Id() : null);
        return null;
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

    // Null if what it says is not known.
    StreamStart? ReadStart(HttpRequest request, StreamFilter filter)
    {
        string? cursor = FirstOf(request.Headers[LastEventId]) ?? CursorParameters.Select(name => FirstOf(request.Query[name])).FirstOrDefault(value => value != null);
        if (cursor != null)
            return Resume(cursor, filter);
        return request.Query["sync"].ToString() switch
        {
            "" => options.Sync == SyncMode.None ? StreamStart.Tail : StreamStart.Latest,
            "latest" => StreamStart.Latest,
            "none" => StreamStart.Tail,
            "earliest" => StreamStart.At(0),
            _ => null,
        };
    }

    StreamStart Resume(string cursor, StreamFilter filter)
    {
        if (cursor == "earliest")
            return StreamStart.At(0);
        long last = broadcaster.Last;
        bool isKnown = new SseFrames(store.Epoch).TryRead(cursor, out long place) && place <= last
            && !store.LacksAfter(place, filter.Collections)
            && (options.MaxReplay == 0 || last - place <= options.MaxReplay);
        return isKnown ? StreamStart.At(place) with { Cursor = cursor } : StreamStart.Gap;
    }

    static string? FirstOf(StringValues values) => values is [{ Length: > 0 } first, ..] ? first : null;

    static void WriteHead(HttpResponse response, string? cursor)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "private, no-cache, no-store, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        response.Headers.Append("Vary", "Origin");
        if (cursor != null)
            response.Headers[LastEventId] = cursor;
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
