using System.IO.Pipelines;
using Gateway.Core.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Gateway.Modules.Streams;

/// <summary>The bytes of a stream on their way into a response, as they are.</summary>
static class Download
{
    const int PieceBytes = 64 * 1024;

    // The server does not say when a response has left its buffer, and cutting the connection would take the rest back.
    static readonly TimeSpan BeforeCut = TimeSpan.FromMilliseconds(50);

    /// <summary>Copies until the end. A stream that turns out to be aborted is cut, so that its end looks like no end.</summary>
    /// <param name="context">The request, its response's head complete.</param>
    /// <param name="client">The client.</param>
    /// <param name="reader">Where to begin and to end.</param>
    /// <param name="mustBeWhole">Whether it is the stream's own end that ends the response.</param>
    /// <param name="closing">Cancelled when the client is to go.</param>
    public static async Task CopyAsync(HttpContext context, HttpConnection client, TailReader reader, bool mustBeWhole, CancellationToken closing)
    {
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        try
        {
            await CopyAllAsync(context.Response, client, reader, closing).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // A response that were left to end by itself would look whole.
        }
        if (closing.IsCancellationRequested)
        {
            context.Abort();
        }
        else if (mustBeWhole && reader.State != StreamState.Complete)
        {
            client.Close(CloseReason.Incomplete);
            await Task.Delay(BeforeCut, CancellationToken.None).ConfigureAwait(false);
            context.Abort();
        }
    }

    static async Task CopyAllAsync(HttpResponse response, HttpConnection client, TailReader reader, CancellationToken closing)
    {
        await response.StartAsync(closing).ConfigureAwait(false);
        var output = response.BodyWriter;
        await output.FlushAsync(closing).ConfigureAwait(false);
        while (await reader.WaitAsync().ConfigureAwait(false) is > 0 and var available)
        {
            if (closing.IsCancellationRequested || (await WriteAsync(output, reader, available, client, closing).ConfigureAwait(false)).IsCompleted)
                break;
        }
    }

    static ValueTask<FlushResult> WriteAsync(PipeWriter output, TailReader reader, long available, HttpConnection client, CancellationToken closing)
    {
        int wanted = (int)Math.Min(available, PieceBytes);
        int read = reader.Read(output.GetMemory(wanted).Span[..wanted]);
        output.Advance(read);
        client.CountSent(read);
        return output.FlushAsync(closing);
    }
}
