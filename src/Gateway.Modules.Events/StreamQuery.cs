using Gateway.Core.Modules;
using Gateway.Modules.Events.Storage;
using Gateway.Modules.Events.Streaming;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Modules.Events;

/// <summary>What a client asks of the stream: which events, and from where on.</summary>
sealed class StreamQuery(EventStore store, Broadcaster broadcaster, EventsOptions options)
{
    /// <summary>The header in which a client says where it was, and is told where it goes on.</summary>
    public const string LastEventId = "Last-Event-ID";

    const string Match = "match";
    const string MatchPattern = "match_urlpattern";

    static readonly string[] CursorParameters = ["last_event_id", "lastEventID", "lastEventId"];

    /// <summary>Which events.</summary>
    /// <returns>What is wrong; null if nothing is.</returns>
    public static string? ReadFilter(HttpContext context, out StreamFilter filter)
    {
        var query = context.Request.Query;
        filter = StreamFilter.All;
        string[] names = [.. query["event"].Select(name => name ?? "").Distinct(StringComparer.Ordinal)];
        var collections = new HashSet<Guid>();
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
        if (ReadMatchers(query, out var matchers) is { } fault)
            return fault;
        if (query["checkpoints"].ToString() is not ("" or "0" or "1"))
            return "checkpoints must be 0 or 1.";
        filter = new(names, collections, user.Count > 0 ? context.Identity().Id() : null, matchers, query["checkpoints"] == "1");
        return null;
    }

    static string? ReadMatchers(IQueryCollection query, out List<TopicMatcher> matchers)
    {
        matchers = [];
        foreach (var (name, values) in query.Where(parameter => parameter.Key.StartsWith("match", StringComparison.OrdinalIgnoreCase)))
        {
            if (name is not (Match or MatchPattern))
                return $"A matcher is {Match} or {MatchPattern}.";
            if (matchers.Count + values.Count > StreamFilter.MaxMatchers || values.Any(value => value is not { Length: > 0 and <= StreamFilter.MaxMatcherLength }))
                return $"At most {StreamFilter.MaxMatchers} matchers of 1 to {StreamFilter.MaxMatcherLength} characters are allowed.";
            try
            {
                matchers.AddRange(values.Select(value => name == Match ? TopicMatcher.Exact(value!) : TopicMatcher.Pattern(value!)));
            }
            catch (FormatException e)
            {
                return $"{MatchPattern} is no pattern: {e.Message}";
            }
        }
        return null;
    }

    /// <summary>From where on; null if what it says is not known.</summary>
    public StreamStart? ReadStart(HttpRequest request, StreamFilter filter)
    {
        string sync = request.Query["sync"].ToString();
        SyncMode? mode = sync switch
        {
            "" => options.Sync,
            "latest" or "earliest" => SyncMode.Latest,
            "collections" => SyncMode.Collections,
            "none" => SyncMode.None,
            _ => null,
        };
        if (mode is not { } known)
            return null;
        string? cursor = FirstOf(request.Headers[LastEventId]) ?? CursorParameters.Select(name => FirstOf(request.Query[name])).FirstOrDefault(value => value != null);
        if (cursor != null)
            return Resume(cursor, known, filter);
        return sync == "earliest" ? StreamStart.At(0, known) : StreamStart.Now(known);
    }

    StreamStart Resume(string cursor, SyncMode sync, StreamFilter filter)
    {
        if (cursor == "earliest")
            return StreamStart.At(0, sync);
        long last = broadcaster.Last;
        bool isKnown = new SseFrames(store.Epoch).TryRead(cursor, out long place) && place <= last
            && !store.LacksAfter(place, filter.Collections)
            && (options.MaxReplay == 0 || last - place <= options.MaxReplay);
        return isKnown ? StreamStart.At(place, sync) with { Cursor = cursor } : StreamStart.Gap(sync);
    }

    static string? FirstOf(StringValues values) => values is [{ Length: > 0 } first, ..] ? first : null;
}
