using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Core.Hosting;
using Gateway.Modules.Streams.Storage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Streams;

/// <summary>What is done with streams as such: list and delete them.</summary>
sealed class StoreEndpoints(StreamStore store)
{
    /// <summary>The grant for the list, at <c>/</c>.</summary>
    public const string ListAction = "list";

    /// <summary>The grant for deleting.</summary>
    public const string DeleteAction = "delete";

    const int DefaultPage = 100;
    const int LargestPage = 1000;

    /// <summary>A page of the streams in the order of their ids: <c>?limit=</c>, and <c>?after=</c> the last id of the page before.</summary>
    public Task ListAsync(HttpContext context)
    {
        int limit = DefaultPage;
        if (context.Request.Query["limit"] is [var text, ..]
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is 0 or > LargestPage))
        {
            return Problems.Create(StatusCodes.Status400BadRequest, "limit_invalid", $"limit is 1 to {LargestPage}.").ExecuteAsync(context);
        }
        string? after = context.Request.Query["after"] is [{ Length: > 0 } last, ..] ? last : null;
        var (page, next) = store.List(after, limit);
        var streams = new JsonArray([.. page.Select(Describe)]);
        return TypedResults.Json(new { streams, next }).ExecuteAsync(context);
    }

    /// <summary>Deletes one stream; one that is live is ended first.</summary>
    public async Task DeleteAsync(HttpContext context, string id)
    {
        bool deleted = store.Find(id) is { } stream && await TryDeleteAsync([stream], context).ConfigureAwait(false) is [_];
        if (context.Response.HasStarted)
            return;
        var answer = deleted ? TypedResults.Json(new { status = "deleted", id }) : StreamAnswers.DoesNotExist(id);
        await answer.ExecuteAsync(context).ConfigureAwait(false);
    }

    /// <summary>Deletes the streams of a build: those whose id begins, literally, with <c>build-</c>, the build's id and <c>-</c>.</summary>
    public async Task DeleteBuildAsync(HttpContext context, string buildId)
    {
        string prefix = $"build-{buildId}-";
        var streams = buildId.Length == 0 ? [] : store.Streams.Where(stream => stream.Id.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        if (await TryDeleteAsync(streams, context).ConfigureAwait(false) is { } deleted)
            await TypedResults.Json(new { status = "deleted", buildId, deleted }).ExecuteAsync(context).ConfigureAwait(false);
    }

    // Null when that could not be stored, which has then been answered.
    async Task<IReadOnlyList<string>?> TryDeleteAsync(IReadOnlyList<ByteStream> streams, HttpContext context)
    {
        try
        {
            return await store.DeleteAsync(streams).ConfigureAwait(false);
        }
        catch (IOException)
        {
            await StreamAnswers.NotStored().ExecuteAsync(context).ConfigureAwait(false);
            return null;
        }
    }

    static JsonObject Describe(ByteStream stream) => new()
    {
        ["id"] = stream.Id,
        ["state"] = StreamHeaders.Write(stream.State),
        ["length"] = stream.Length,
        ["storedBytes"] = stream.StoredBytes,
        ["created"] = stream.Created,
        ["ended"] = stream.Ended,
        ["metadata"] = stream.Metadata == null ? null : JsonNode.Parse(stream.Metadata),
    };
}
