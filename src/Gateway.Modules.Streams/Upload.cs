using System.IO.Pipelines;
using Gateway.Core.Connections;
using Gateway.Modules.Streams.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Gateway.Modules.Streams;

/// <summary>
/// A request's body on its way into a stream. One piece is written at a time, and nothing more is read meanwhile: a
/// producer that outruns the disk is slowed down by TCP.
/// </summary>
sealed class Upload(HttpContext context, HttpConnection client, StreamStore store, long limit) : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    Task<ReadResult>? _begun;
    ByteStream? _stream;

    /// <summary>Who writes, as the store knows it.</summary>
    public Producer Producer { get; } = new();

    /// <summary>Takes on a stream that is this producer's: a body may take as long as it takes, and <c>Expect: 100-continue</c> is answered.</summary>
    public void Begin(ByteStream stream)
    {
        _stream = stream;
        // By HTTP/2 the rate can only be switched off as well, for the whole connection.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        // The server says 100 at the first read, and no longer once the answer has begun.
        if (context.Request.Headers.Expect.Count > 0)
            _begun = context.Request.BodyReader.ReadAsync(_stop.Token).AsTask();
    }

    /// <summary>Reads the body to its end into the stream, and ends the stream accordingly.</summary>
    public async Task<UploadEnd> RunAsync()
    {
        var stream = _stream ?? throw new InvalidOperationException("The upload has not begun.");
        using var cut = Producer.Cut.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), _stop);
        using var closing = client.Closing.UnsafeRegister(static upload => ((Upload)upload!)._stop.Cancel(), this);
        var end = await CopyAsync(stream).ConfigureAwait(false);
        return end == UploadEnd.Whole ? Finish(stream) : Give(stream, end);
    }

    /// <summary>Leaves the stream. Whatever went wrong, it does not stay open without a producer.</summary>
    public void Dispose()
    {
        if (_stream != null)
            Give(_stream, UploadEnd.Broken);
        Producer.Dispose();
        _stop.Dispose();
    }

    bool IsPart => context.Request.Headers[StreamHeaders.UploadComplete] == "?0";

    async Task<UploadEnd> CopyAsync(ByteStream stream)
    {
        var body = context.Request.BodyReader;
        try
        {
            while (true)
            {
                var read = await ReadAsync(body).ConfigureAwait(false);
                var bytes = read.Buffer;
                long room = limit == 0 ? long.MaxValue : limit - stream.Length;
                bool isTooLong = bytes.Length > room;
                if (isTooLong)
                    bytes = bytes.Slice(0, room);
                if (!bytes.IsEmpty)
                {
                    if (!stream.Append(Producer, bytes))
                        return UploadEnd.Taken;
                    client.CountReceived(bytes.Length);
                }
                body.AdvanceTo(read.Buffer.End);
                if (isTooLong)
                    return UploadEnd.TooLong;
                if (read.IsCompleted)
                    return UploadEnd.Whole;
            }
        }
        catch (OperationCanceledException) when (Producer.Cut.IsCancellationRequested)
        {
            return UploadEnd.Taken;
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionResetException or ConnectionAbortedException or BadHttpRequestException)
        {
            return UploadEnd.Broken;
        }
        catch (NoRoomException)
        {
            return UploadEnd.NoRoom;
        }
        catch (IOException)
        {
            return context.RequestAborted.IsCancellationRequested ? UploadEnd.Broken : UploadEnd.NotStored;
        }
    }

    ValueTask<ReadResult> ReadAsync(PipeReader body)
    {
        var begun = _begun;
        _begun = null;
        return begun == null ? body.ReadAsync(_stop.Token) : new(begun);
    }

    UploadEnd Finish(ByteStream stream)
    {
        if (IsPart)
        {
            stream.Detach(Producer);
            return UploadEnd.Whole;
        }
        try
        {
            store.End(stream, Producer, StreamState.Complete);
            return UploadEnd.Whole;
        }
        catch (IOException)
        {
            return Give(stream, UploadEnd.NotStored);
        }
    }

    UploadEnd Give(ByteStream stream, UploadEnd end)
    {
        store.End(stream, Producer, StreamState.Aborted);
        return end;
    }
}
