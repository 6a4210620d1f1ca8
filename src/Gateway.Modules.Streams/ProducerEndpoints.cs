using System.Globalization;
using Gateway.Core.Connections;
using Gateway.Core.Hosting;
using Gateway.Modules.Streams.Storage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Streams;

/// <summary>What a producer does: begin a stream (POST), or go on with one (PATCH).</summary>
sealed class ProducerEndpoints(StreamStore store, StreamsOptions options)
{
    /// <summary>The grant that both need.</summary>
    public const string Write = "write";

    // A producer would have to begin anew: it may finish while the gateway shuts down.
    static readonly HttpConnectionSettings Settings = new() { OutlivesDrain = true };

    /// <summary>Begins a stream: 201 at once, and the body from then on. The answer ends when the body has been taken.</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">The id; null = one is made.</param>
    public Task CreateAsync(HttpContext context, string? id)
    {
        if (StreamMetadata.Parse(context.Request.Headers[StreamMetadata.Header], options.MaxMetadataBytes, out string? metadata) is { } fault)
            return StreamAnswers.MetadataInvalid(fault).ExecuteAsync(context);
        if (IsTooLong(context.Request.ContentLength ?? 0))
            return StreamAnswers.TooLong(options.MaxStreamBytes).ExecuteAsync(context);
        if (!store.HasRoomFor(context.Request.ContentLength ?? 0))
            return Problems.StorageLimitReached().ExecuteAsync(context);
        bool force = context.Request.Query["force"] is ["true"];
        return context.ServeAsync((client, _) => CreateAsync(context, client, id, metadata, force), Settings);
    }

    /// <summary>Goes on with a stream that its producer left, or could not finish.</summary>
    public Task ResumeAsync(HttpContext context, string id)
    {
        if (context.Request.Headers[StreamHeaders.UploadOffset] is not [{ } text]
            || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
            return StreamAnswers.OffsetInvalid(StreamHeaders.UploadOffset).ExecuteAsync(context);
        if (store.Find(id) is not { } stream)
            return StreamAnswers.DoesNotExist(id).ExecuteAsync(context);
        if (context.Request.Headers[StreamHeaders.Instance] is [var instance] && instance != stream.FileName)
            return StreamAnswers.AnotherInstance().ExecuteAsync(context);
        if (IsTooLong(offset) || IsTooLong(offset + (context.Request.ContentLength ?? 0)))
            return StreamAnswers.TooLong(options.MaxStreamBytes).ExecuteAsync(context);
        return context.ServeAsync((client, _) => ResumeAsync(context, client, stream, offset), Settings);
    }

    async Task CreateAsync(HttpContext context, HttpConnection client, string? id, string? metadata, bool force)
    {
        using var upload = new Upload(context, client, store, options.MaxStreamBytes);
        ByteStream? stream;
        bool replaced;
        try
        {
            (stream, replaced) = await store.CreateAsync(id, metadata, force, upload.Producer).ConfigureAwait(false);
        }
        catch (IOException)
        {
            await StreamAnswers.NotStored().ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        if (stream == null)
        {
            await StreamAnswers.AlreadyExists(id!).ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        upload.Begin(stream);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers[StreamHeaders.Id] = StreamId.ToHeader(stream.Id);
        context.Response.Headers[StreamHeaders.Instance] = stream.FileName;
        if (replaced)
            context.Response.Headers[StreamHeaders.Replaced] = "true";
        await context.Response.StartAsync(CancellationToken.None).ConfigureAwait(false);
        await context.Response.BodyWriter.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        var end = await upload.RunAsync().ConfigureAwait(false);
        await AcknowledgeAsync(context, client, stream, end).ConfigureAwait(false);
    }

    async Task ResumeAsync(HttpContext context, HttpConnection client, ByteStream stream, long offset)
    {
        using var upload = new Upload(context, client, store, options.MaxStreamBytes);
        ResumeResult result;
        try
        {
            result = stream.Resume(upload.Producer, offset);
        }
        catch (IOException)
        {
            await StreamAnswers.NotStored().ExecuteAsync(context).ConfigureAwait(false);
            return;
        }
        switch (result)
        {
            case ResumeResult.WrongOffset:
                await StreamAnswers.OffsetWrong(stream.Length).ExecuteAsync(context).ConfigureAwait(false);
                return;
            case ResumeResult.Complete:
                await StreamAnswers.AlreadyComplete(stream.Length).ExecuteAsync(context).ConfigureAwait(false);
                return;
            case ResumeResult.Gone:
                await StreamAnswers.DoesNotExist(stream.Id).ExecuteAsync(context).ConfigureAwait(false);
                return;
        }
        upload.Begin(stream);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        var end = await upload.RunAsync().ConfigureAwait(false);
        context.Response.Headers[StreamHeaders.Id] = StreamId.ToHeader(stream.Id);
        context.Response.Headers[StreamHeaders.UploadOffset] = StreamAnswers.Number(stream.Length);
        await AcknowledgeAsync(context, client, stream, end).ConfigureAwait(false);
    }

    // Whoever sees the answer end properly has all bytes stored, and with durable=true on the disk.
    async Task AcknowledgeAsync(HttpContext context, HttpConnection client, ByteStream stream, UploadEnd end)
    {
        if (end == UploadEnd.Whole && context.Request.Query["durable"] is ["true"])
            end = await SyncAsync(stream).ConfigureAwait(false);
        switch (end)
        {
            case UploadEnd.Whole:
                return;
            case UploadEnd.TooLong:
                client.Close(CloseReason.MessageTooLarge);
                await CutAsync(context, StreamAnswers.TooLong(options.MaxStreamBytes)).ConfigureAwait(false);
                return;
            case UploadEnd.NoRoom:
                client.Close(CloseReason.Incomplete);
                await CutAsync(context, Problems.StorageLimitReached()).ConfigureAwait(false);
                return;
            case UploadEnd.NotStored:
                client.Close(CloseReason.Incomplete);
                await CutAsync(context, StreamAnswers.NotStored()).ConfigureAwait(false);
                return;
            case UploadEnd.Taken:
                client.Close(CloseReason.Finished);
                break;
            default:
                client.Close(CloseReason.ClientGone);
                break;
        }
        context.Abort();
    }

    async Task<UploadEnd> SyncAsync(ByteStream stream)
    {
        try
        {
            if (stream.State == StreamState.Complete)
                await stream.Recorded.ConfigureAwait(false);
            else
                await store.SyncAsync(stream).ConfigureAwait(false);
            return UploadEnd.Whole;
        }
        catch (IOException)
        {
            return UploadEnd.NotStored;
        }
    }

    // An answer that has begun can only be cut.
    static Task CutAsync(HttpContext context, IResult answer)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.Headers.Connection = "close";
            return answer.ExecuteAsync(context);
        }
        context.Abort();
        return Task.CompletedTask;
    }

    bool IsTooLong(long length) => options.MaxStreamBytes != 0 && length > options.MaxStreamBytes;
}
