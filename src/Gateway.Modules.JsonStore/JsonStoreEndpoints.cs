using Gateway.Core.Hosting;
using Gateway.Core.Modules;
using Gateway.Core.Storage;
using Gateway.Modules.JsonStore.Patches;
using Gateway.Modules.JsonStore.Storage;
using Gateway.Modules.JsonStore.Tree;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Gateway.Modules.JsonStore;

/// <summary>What can be done by HTTP with the value at a path.</summary>
sealed class JsonStoreEndpoints(DocumentStore store, StoreEvents events, JsonStoreOptions options)
{
    const string Json = "application/json; charset=utf-8";
    const string JsonPatchType = "application/json-patch+json";
    const string MergePatchType = "application/merge-patch+json";

    /// <summary>A GET or HEAD: the value, or its events.</summary>
    public async Task GetAsync(HttpContext context)
    {
        byte[][] path = StorePath.Parse(context.ModulePath());
        if (!Allows(context, StoreAction.Read, path))
        {
            await Forbid(context, StoreAction.Read).ConfigureAwait(false);
            return;
        }
        if (StoreEvents.AreAskedFor(context.Request))
        {
            await (path.Length > options.MaxDepth ? TooDeep().ExecuteAsync(context) : events.ServeAsync(context, path)).ConfigureAwait(false);
            return;
        }
        var response = context.Response;
        var value = store.Current.Get(path, out long changed);
        var precondition = Precondition.Read(context.Request.Headers);
        if (precondition?.Matches(value, changed) == false)
        {
            await PreconditionFailed().ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        if (value == null)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        response.Headers.ETag = Precondition.Tag(changed);
        response.Headers.CacheControl = "no-cache";
        response.Headers.Append("Vary", "Accept");
        if (precondition?.MatchesNone(value, changed) == false)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = Json;
        response.ContentLength = value.Bytes;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        await JsonTextStream.WriteAsync(value, response.BodyWriter, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>A PUT: its body becomes the value.</summary>
    public Task PutAsync(HttpContext context) => WriteAsync(context, (path, body) =>
    {
        Check(path);
        return StoreChange.Put(path, JsonParser.Parse(body, Limits(path)));
    });

    /// <summary>A DELETE: the value goes.</summary>
    public Task DeleteAsync(HttpContext context) => WriteAsync(context, null);

    /// <summary>A PATCH: the value is changed as the body says, as a whole or not at all.</summary>
    public Task PatchAsync(HttpContext context)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type))
            return NoPatchType(context);
        if (type.MediaType.Equals(JsonPatchType, StringComparison.OrdinalIgnoreCase))
        {
            return WriteAsync(context, (path, body) => StoreChange.Patch(
                ChangeKind.JsonPatch, path, JsonPatch.Read(JsonParser.Parse(body, Limits([])), options.BodyLimit, Limits(path).Depth)));
        }
        if (type.MediaType.Equals(MergePatchType, StringComparison.OrdinalIgnoreCase))
        {
            return WriteAsync(context, (path, body) =>
            {
                Check(path);
                return StoreChange.Patch(ChangeKind.MergePatch, path, new MergePatch(JsonParser.Parse(body, Limits(path))));
            });
        }
        return NoPatchType(context);
    }

    /// <summary>Whether the client may do something at a path.</summary>
    public static bool Allows(HttpContext context, string action, byte[][] path) =>
        context.Identity().Grants.Allows(JsonStoreModule.ModuleName, action, StorePath.ToText(path));

    async Task WriteAsync(HttpContext context, Func<byte[][], byte[], StoreChange>? read)
    {
        byte[][] path = StorePath.Parse(context.ModulePath());
        if (!Allows(context, StoreAction.Write, path))
        {
            await Forbid(context, StoreAction.Write).ConfigureAwait(false);
            return;
        }
        byte[]? body = [];
        if (read != null)
            body = await RequestBody.ReadAsync(context.Request, options.BodyLimit, context.RequestAborted).ConfigureAwait(false);
        if (body == null)
        {
            await Problems.Create(StatusCodes.Status413PayloadTooLarge, "body_too_large", $"A body may have at most {options.BodyLimit} bytes.")
                .ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        if (await ApplyAsync(context, path, body, read).ConfigureAwait(false) is { } refusal)
            await refusal.ExecuteAsync(context).ConfigureAwait(false);
    }

    // Null when the change was applied and has been answered.
    async ValueTask<IResult?> ApplyAsync(HttpContext context, byte[][] path, byte[] body, Func<byte[][], byte[], StoreChange>? read)
    {
        try
        {
            var change = read == null ? StoreChange.Delete(path) : read(path, body);
            var result = await store.WriteAsync(
                change, body, Precondition.Read(context.Request.Headers), new StoreQuery(context.Request.QueryString.Value).IsDurable).ConfigureAwait(false);
            switch (result.Outcome)
            {
                case WriteOutcome.PreconditionFailed:
                    return PreconditionFailed();
                case WriteOutcome.StorageFull:
                    return Problems.StorageLimitReached();
                default:
                    context.Response.StatusCode = StatusCodes.Status202Accepted;
                    if (result.Changed is { } changed)
                        context.Response.Headers.ETag = Precondition.Tag(changed);
                    return null;
            }
        }
        catch (JsonFault fault)
        {
            return Problems.Create(StatusCodes.Status400BadRequest, fault.Code, fault.Message);
        }
        catch (PatchFault fault)
        {
            return Problems.Create(StatusCodes.Status409Conflict, "patch_failed", fault.Message);
        }
        catch (LogUnavailableException)
        {
            context.Response.Headers.RetryAfter = "1";
            return Problems.Create(StatusCodes.Status503ServiceUnavailable, "storage_unavailable", "The gateway cannot store anything at the moment; reading works. Try again later.");
        }
    }

    JsonLimits Limits(byte[][] path) => new(Math.Max(0, options.MaxDepth - path.Length), options.MaxNameBytes);

    void Check(byte[][] path)
    {
        if (path.Length > options.MaxDepth)
            throw JsonFault.TooDeep(options.MaxDepth);
        foreach (byte[] name in path)
            Limits(path).CheckName(name.Length);
    }

    static Task NoPatchType(HttpContext context)
    {
        context.Response.Headers["Accept-Patch"] = $"{JsonPatchType}, {MergePatchType}";
        return Problems.Create(StatusCodes.Status415UnsupportedMediaType, "patch_type_unknown", $"A PATCH is {JsonPatchType} or {MergePatchType}.").ExecuteAsync(context);
    }

    IResult TooDeep() => Problems.Create(StatusCodes.Status400BadRequest, "json_too_deep", $"A path may have at most {options.MaxDepth} names.");

    static IResult PreconditionFailed() => Problems.Create(
        StatusCodes.Status412PreconditionFailed, "precondition_failed", "The value has changed, or it is not as If-Match and If-None-Match ask. Nothing was done.");

    static Task Forbid(HttpContext context, string action) => context.Forbid(action, context.ModulePath()).ExecuteAsync(context);
}
