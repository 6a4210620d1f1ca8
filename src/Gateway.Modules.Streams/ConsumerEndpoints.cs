using System.Globalization;
using Gateway.Core.Connections;
using Gateway.Core.Modules;
using Gateway.Modules.Streams.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Gateway.Modules.Streams;

/// <summary>What a consumer does: read a stream (GET), ask about it (HEAD), or tail it by WebSocket.</summary>
sealed class ConsumerEndpoints(StreamStore store, StreamsOptions options)
{
    /// <summary>The grant that all of it needs.</summary>
    public const string Read = "read";

    const string From = "from";
    const string Wait = "wait";
    const int MaxWaitSeconds = 3600;
    const string Download = "download";
    const string Gzip = "gzip";

    static readonly ModulePage Page = new(typeof(StreamsModule).Assembly, "stream");

    /// <summary>A GET: bytes, server-sent events or the page, as the client accepts.</summary>
    public Task GetAsync(HttpContext context, string id)
    {
        if (!TryReadWait(context.Request, out var wait))
            return StreamAnswers.WaitInvalid(MaxWaitSeconds).ExecuteAsync(context);
        if (store.Find(id) is { } stream)
            return GetAsync(context, id, stream);
        return wait == TimeSpan.Zero ? StreamAnswers.DoesNotExist(id).ExecuteAsync(context) : GetOnceBegunAsync(context, id, wait);
    }

    // Who waits is a connection too: counted, limited, and cut when it is to end.
    async Task GetOnceBegunAsync(HttpContext context, string id, TimeSpan wait)
    {
        ByteStream? stream = null;
        bool hasWaited = false;
        await context.ServeAsync(async (_, closing) =>
        {
            stream = await store.WhenBegunAsync(id, wait, closing).ConfigureAwait(false);
            hasWaited = !closing.IsCancellationRequested;
            if (!hasWaited)
                context.Abort();
        }).ConfigureAwait(false);
        if (hasWaited)
            await (stream != null ? GetAsync(context, id, stream) : StreamAnswers.DoesNotExist(id).ExecuteAsync(context)).ConfigureAwait(false);
    }

    Task GetAsync(HttpContext context, string id, ByteStream stream)
    {
        context.Response.Headers.Vary = "Accept, Accept-Encoding";
        if (context.Request.Query.ContainsKey(Download))
        {
            context.Response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileNameStar = id }.ToString();
            return ReadAsync(context, stream);
        }
        if (Accepts(context.Request, ServerSentTail.MediaType))
            return new ServerSentTail(stream, options).ServeAsync(context);
        if (Accepts(context.Request, "text/html"))
            return Page.WriteAsync(context.Response, ("id", id));
        return ReadAsync(context, stream);
    }

    /// <summary>A HEAD: what a GET would say, and where a producer goes on.</summary>
    public Task HeadAsync(HttpContext context, string id)
    {
        if (store.Find(id) is not { } stream)
            return StreamAnswers.DoesNotExist(id).ExecuteAsync(context);
        var state = stream.State;
        Describe(context.Response, stream, state);
        context.Response.Headers.Vary = "Accept, Accept-Encoding";
        if (MemberFor(context.Request, stream) is { } member)
            DescribeMember(context.Response, stream, member);
        else if (state != StreamState.Active)
            context.Response.ContentLength = stream.Length;
        return Task.CompletedTask;
    }

    /// <summary>A WebSocket: the bytes in binary messages.</summary>
    public WebSocketAnswer Open(HttpContext context, string id)
    {
        if (store.Find(id) is not { } stream)
            return WebSocketAnswer.Refuse(StreamAnswers.DoesNotExist(id));
        if (!TryReadFrom(context.Request, out long from))
            return WebSocketAnswer.Refuse(StreamAnswers.OffsetInvalid(From));
        if (from > stream.Length)
            return WebSocketAnswer.Refuse(StreamAnswers.BeyondEnd(stream.Length));
        return WebSocketAnswer.Accept((client, closing) => WebSocketTail.ServeAsync(client, stream, from, closing));
    }

    /// <summary>Reads <c>?from=</c>, by default 0.</summary>
    public static bool TryReadFrom(HttpRequest request, out long from)
    {
        from = 0;
        var values = request.Query[From];
        return values.Count == 0
            || (values is [{ } text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out from));
    }

    static bool TryReadWait(HttpRequest request, out TimeSpan wait)
    {
        wait = default;
        var values = request.Query[Wait];
        if (values.Count == 0)
            return true;
        if (values is not [{ } text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) || seconds > MaxWaitSeconds)
            return false;
        wait = TimeSpan.FromSeconds(seconds);
        return true;
    }

    static Task ReadAsync(HttpContext context, ByteStream stream)
    {
        if (!TryReadFrom(context.Request, out long from))
            return StreamAnswers.OffsetInvalid(From).ExecuteAsync(context);
        // In this order: once it has ended, its length does not change.
        var state = stream.State;
        long length = stream.Length;
        if (from > length)
            return StreamAnswers.BeyondEnd(length).ExecuteAsync(context);
        var member = MemberFor(context.Request, stream);
        Describe(context.Response, stream, state);
        if (member != null)
            context.Response.Headers.ETag = GzipETag(stream);
        if (state == StreamState.Complete && IsUnchanged(context.Request, stream))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        if (member != null)
        {
            DescribeMember(context.Response, stream, member);
            return ServeAsync(context, stream, 0, member.MemberBytes, isMember: true);
        }
        var range = from == 0 && IfRangeHolds(context.Request, stream, state) ? ByteRange.Parse(context.Request.Headers.Range, length) : default;
        return range.Kind switch
        {
            RangeKind.Unsatisfiable => StreamAnswers.BeyondEnd(length).ExecuteAsync(context),
            RangeKind.Satisfiable => PartAsync(context, stream, state, length, range),
            _ when state == StreamState.Active && !context.Request.Query.ContainsKey("notail") => ServeAsync(context, stream, from, null),
            _ => ServeAsync(context, stream, from, length),
        };
    }

    static Task PartAsync(HttpContext context, ByteStream stream, StreamState state, long length, ByteRange range)
    {
        string whole = state == StreamState.Active ? "*" : StreamAnswers.Number(length);
        context.Response.StatusCode = StatusCodes.Status206PartialContent;
        context.Response.Headers.ContentRange = $"bytes {StreamAnswers.Number(range.First)}-{StreamAnswers.Number(range.Last)}/{whole}";
        return ServeAsync(context, stream, range.First, range.Last + 1);
    }

    // Up to an end that is known, or to that of the stream, whenever it comes.
    static Task ServeAsync(HttpContext context, ByteStream stream, long from, long? end, bool isMember = false)
    {
        context.Response.ContentLength = end - from;
        return context.ServeAsync(async (client, closing) =>
        {
            TailReader reader;
            try
            {
                reader = new TailReader(stream, from, end ?? long.MaxValue, follows: end == null, closing, isMember);
            }
            catch (FileNotFoundException)
            {
                context.Response.Clear();
                await StreamAnswers.DoesNotExist(stream.Id).ExecuteAsync(context).ConfigureAwait(false);
                return;
            }
            using (reader)
                await Streams.Download.CopyAsync(context, client, reader, mustBeWhole: end == null, closing).ConfigureAwait(false);
        });
    }

    static void Describe(HttpResponse response, ByteStream stream, StreamState state)
    {
        response.ContentType = "application/octet-stream";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.AcceptRanges = "bytes";
        response.Headers[StreamHeaders.Id] = StreamId.ToHeader(stream.Id);
        response.Headers[StreamHeaders.Instance] = stream.FileName;
        response.Headers[StreamHeaders.State] = StreamHeaders.Write(state);
        response.Headers[StreamHeaders.UploadOffset] = StreamAnswers.Number(stream.Length);
        if (stream.Metadata != null)
            response.Headers[StreamMetadata.Header] = stream.Metadata;
        if (state == StreamState.Complete)
            response.Headers.ETag = ETag(stream);
        else
            response.Headers.CacheControl = "no-store";
    }

    // What is stored compressed is sent so to whoever takes it; offsets and ranges are always of the stream's own bytes.
    static StoredFile? MemberFor(HttpRequest request, ByteStream stream) =>
        stream.Stored is { IsGzip: true } stored && request.Headers.Range.Count == 0 && !request.Query.ContainsKey(From) && AcceptsGzip(request)
            ? stored
            : null;

    static void DescribeMember(HttpResponse response, ByteStream stream, StoredFile stored)
    {
        response.ContentLength = stored.MemberBytes;
        response.Headers.ContentEncoding = Gzip;
        response.Headers.ETag = GzipETag(stream);
    }

    // Its file's name is this stream's alone, and what is complete never changes.
    static string ETag(ByteStream stream) => $"\"{stream.FileName}\"";

    static string GzipETag(ByteStream stream) => $"\"{stream.FileName}-{Gzip}\"";

    static bool IsUnchanged(HttpRequest request, ByteStream stream) =>
        request.GetTypedHeaders().IfNoneMatch is { Count: > 0 } tags
        && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Tag == ETag(stream) || tag.Tag == GzipETag(stream));

    static bool IfRangeHolds(HttpRequest request, ByteStream stream, StreamState state) =>
        request.Headers.IfRange.Count == 0 || (state == StreamState.Complete && request.Headers.IfRange == ETag(stream));

    static bool AcceptsGzip(HttpRequest request) =>
        request.Headers.AcceptEncoding.Count > 0
        && request.GetTypedHeaders().AcceptEncoding.Any(accepted => accepted.Value.Equals(Gzip, StringComparison.OrdinalIgnoreCase) && accepted.Quality != 0);

    static bool Accepts(HttpRequest request, string mediaType) =>
        request.Headers.Accept.Count > 0
        && request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase) && accepted.Quality != 0);
}
