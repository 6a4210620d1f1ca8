using System.Globalization;
using Gateway.Core.Modules;
using Gateway.Modules.Events.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Gateway.Modules.Events;

/// <summary>
/// Lists of events in the order of time: all, those of a time (<c>?from=</c>, <c>?to=</c>), or by the page (<c>?limit=</c>,
/// <c>?after={id}</c>). Who has one already and shows its tag is told if nothing has changed.
/// </summary>
sealed class ListEndpoints(EventStore store)
{
    const string Read = "read";
    const string RangeInvalid = "range_invalid";

    // Versions begin anew with every start.
    readonly string _start = Random.Shared.Next().ToString("x8", CultureInfo.InvariantCulture);

    /// <summary><c>GET /events/collections/{id}</c>: everybody's events of a collection, fired or not.</summary>
    public Task GetCollectionAsync(HttpContext context)
    {
        bool isUuid = Uuid.TryParse(Uri.UnescapeDataString((string)context.Request.RouteValues["id"]!), out var collection);
        if (isUuid && !context.Allows(Read, $"/{collection}"))
            return context.Forbid(Read, $"/{collection}").ExecuteAsync(context);
        return AnswerAsync(context, range => [("events", isUuid ? store.OfCollection(collection, range) : EventPage.Empty)]);
    }

    /// <summary><c>GET /events/user</c>: <c>info</c>, the events of the user's collection, and <c>events</c>, those of the user.</summary>
    public Task GetUserAsync(HttpContext context)
    {
        var identity = context.Identity();
        return AnswerAsync(context, range =>
        [
            ("info", identity.Collection() is { } collection ? store.OfCollection(collection, range) : EventPage.Empty),
            ("events", store.OfUser(identity.Id(), range)),
        ]);
    }

    Task AnswerAsync(HttpContext context, Func<ListRange, (string Name, EventPage? Page)[]> find)
    {
        if (!TryReadRange(context.Request, out var range))
        {
            return Answers.BadRequest(RangeInvalid, "limit must be a whole number from 1, after the id of an event, from and to seconds of Unix time.")
                .ExecuteAsync(context);
        }
        var lists = find(range);
        if (lists.Any(list => list.Page == null))
            return Answers.BadRequest(RangeInvalid, "There is no event with the id that after names.").ExecuteAsync(context);
        var tag = new EntityTagHeaderValue($"\"{_start}.{string.Join('.', lists.Select(list => list.Page!.Version))}\"", isWeak: true);
        context.Response.Headers.ETag = tag.ToString();
        context.Response.Headers.CacheControl = "private, no-cache";
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        if (lists.Length == 1 && lists[0].Page!.Records is [.., var last] records && records.Count == range.Limit)
            context.Response.Headers.Link = $"<{QueryOf(range with { After = last.Id })}>; rel=\"next\"";
        return Answers.Lists([.. lists.Select(list => (list.Name, list.Page!.Records))]).ExecuteAsync(context);
    }

    static string QueryOf(ListRange range) => string.Create(CultureInfo.InvariantCulture, $"?limit={range.Limit}&after={range.After}")
        + (range.From is { } from ? string.Create(CultureInfo.InvariantCulture, $"&from={from}") : "")
        + (range.To is { } to ? string.Create(CultureInfo.InvariantCulture, $"&to={to}") : "");

    static bool TryReadRange(HttpRequest request, out ListRange range)
    {
        range = ListRange.All;
        if (request.Query["limit"] is { Count: > 0 } limits)
        {
            if (!int.TryParse(limits, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) || limit == 0)
                return false;
            range = range with { Limit = limit };
        }
        if (!TryReadSecond(request, "from", out long? from) || !TryReadSecond(request, "to", out long? to))
            return false;
        range = range with { From = from, To = to };
        if (request.Query["after"] is not { Count: > 0 } afters)
            return true;
        bool isUuid = Uuid.TryParse(afters.ToString(), out var id);
        range = range with { After = id };
        return isUuid;
    }

    static bool TryReadSecond(HttpRequest request, string name, out long? second)
    {
        second = null;
        if (request.Query[name] is not { Count: > 0 } texts)
            return true;
        bool isNumber = long.TryParse(texts, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value);
        second = value;
        return isNumber;
    }
}
