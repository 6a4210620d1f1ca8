using System.Globalization;
using Gateway.Core.Modules;
using Gateway.Modules.Events.Storage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Events;

/// <summary>Lists of events in the order of time, all or, with <c>?limit=</c> and <c>?after={id}</c>, by the page.</summary>
sealed class ListEndpoints(EventStore store)
{
    const string Read = "read";

    /// <summary><c>GET /events/collections/{id}</c>: everybody's events of a collection, fired or not.</summary>
    public Task GetCollectionAsync(HttpContext context)
    {
        bool isUuid = Uuid.TryParse(Uri.UnescapeDataString((string)context.Request.RouteValues["id"]!), out var collection);
        if (isUuid && !context.Allows(Read, $"/{collection}"))
            return context.Forbid(Read, $"/{collection}").ExecuteAsync(context);
        return AnswerAsync(context, (after, limit) => isUuid ? [("events", store.OfCollection(collection, after, limit))] : [("events", [])]);
    }

    /// <summary><c>GET /events/user</c>: <c>info</c>, the events of the user's collection, and <c>events</c>, those of the user.</summary>
    public Task GetUserAsync(HttpContext context)
    {
        var identity = context.Identity();
        return AnswerAsync(context, (after, limit) =>
        [
            ("info", identity.Collection() is { } collection ? store.OfCollection(collection, after, limit) : []),
            ("events", store.OfUser(identity.Id(), after, limit)),
        ]);
    }

    static Task AnswerAsync(HttpContext context, Func<Guid?, int, (string Name, IReadOnlyList<EventRecord>? Records)[]> find)
    {
        if (!TryReadPage(context.Request, out var after, out int limit))
            return Answers.BadRequest("page_invalid", "limit must be a whole number from 1, and after the id of an event.").ExecuteAsync(context);
        var lists = find(after, limit);
        if (lists.Any(list => list.Records == null))
            return Answers.BadRequest("page_invalid", "There is no event with the id that after names.").ExecuteAsync(context);
        if (lists.Length == 1 && lists[0].Records is [.., var last] && lists[0].Records!.Count == limit)
            context.Response.Headers.Link = $"<?limit={limit}&after={last.Id}>; rel=\"next\"";
        return Answers.Lists([.. lists.Select(list => (list.Name, list.Records!))]).ExecuteAsync(context);
    }

    static bool TryReadPage(HttpRequest request, out Guid? after, out int limit)
    {
        (after, limit) = (null, int.MaxValue);
        if (request.Query["limit"] is { Count: > 0 } limits && (!int.TryParse(limits, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit == 0))
            return false;
        if (request.Query["after"] is not { Count: > 0 } afters)
            return true;
        bool isUuid = Uuid.TryParse(afters.ToString(), out var id);
        after = id;
        return isUuid;
    }
}
