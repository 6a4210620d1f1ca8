using System.Globalization;
using System.Text;
using Gateway.Core.Connections;
using Gateway.Modules.Streams.Storage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Streams;

/// <summary>
/// A stream as server-sent events, for browsers. An event's data is the text that came, its <c>id</c> the offset after it,
/// so that a browser which reconnects goes on where it was; with <c>?encoding=base64</c> the data is exact, whatever the
/// bytes. The last event is named <c>end</c> and holds the state and the length as JSON.
/// </summary>
sealed class ServerSentTail(ByteStream stream, StreamsOptions options)
{
    public const string MediaType = "text/event-stream";

    const string LastEventId = "Last-Event-ID";
    const int PieceBytes = 16 * 1024;

    // A multiple of three bytes is base64 without padding.
    const int Base64PieceBytes = 15 * 1024;

    /// <summary>Answers and serves until the stream ends. To a browser that has seen the end 204: it then does not come back.</summary>
    public Task ServeAsync(HttpContext context)
    {
        if (!TryReadFrom(context.Request, out long from))
            return StreamAnswers.OffsetInvalid("from, or Last-Event-ID,").ExecuteAsync(context);
        var state = stream.State;
        if (from > stream.Length)
            return StreamAnswers.BeyondEnd(stream.Length).ExecuteAsync(context);
        if (state == StreamState.Complete && from == stream.Length && context.Request.Headers.ContainsKey(LastEventId))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }
        bool base64 = context.Request.Query["encoding"] is ["base64"];
        context.Response.ContentType = MediaType;
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Response.Headers[StreamHeaders.State] = StreamHeaders.Write(state);
        var settings = new HttpConnectionSettings { Ping = ":\n\n"u8.ToArray(), PingInterval = options.PingInterval };
        return Serve(context, from, base64, settings);
    }

    // By itself, so that what the tail holds on to is not the request as well.
    Task Serve(HttpContext context, long from, bool base64, HttpConnectionSettings settings) =>
        context.ServeFramesAsync((client, closing) => TailAsync(client, from, base64, closing), settings);

    async Task TailAsync(HttpConnection client, long from, bool base64, CancellationToken closing)
    {
        using var reader = new TailReader(stream, from, long.MaxValue, follows: true, closing);
        while (await reader.WaitAsync().ConfigureAwait(false) is > 0 and var available && !closing.IsCancellationRequested)
        {
            var frame = base64 ? ReadBase64(reader, available) : await ReadTextAsync(reader, available).ConfigureAwait(false);
            await client.WhenRoomAsync(frame, closing).ConfigureAwait(false);
            client.Send(frame);
        }
        if (closing.IsCancellationRequested)
            return;
        client.Send(Frame.Raw(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"event: end\ndata: {{\"state\":\"{StreamHeaders.Write(reader.State)}\",\"length\":{reader.Position}}}\n\n"))));
    }

    static Frame ReadBase64(TailReader reader, long available)
    {
        byte[] bytes = new byte[Math.Min(available, Base64PieceBytes)];
        int read = reader.Read(bytes);
        return Event(Convert.ToBase64String(bytes, 0, read), reader.Position);
    }

    // A character that has only begun waits for its rest, or for the end of the stream; so does the first half of a CRLF.
    static async ValueTask<Frame> ReadTextAsync(TailReader reader, long available)
    {
        while (true)
        {
            byte[] bytes = new byte[Math.Min(available, PieceBytes)];
            int read = reader.Read(bytes);
            int incomplete = bytes[read - 1] == '\r' ? 1 : Utf8Pieces.Incomplete(bytes.AsSpan(0, read));
            if (incomplete < read)
                reader.StepBack(incomplete);
            else if (await reader.WaitAsync().ConfigureAwait(false) is > 0 and var more)
            {
                reader.StepBack(read);
                available = read + more;
                continue;
            }
            else
                incomplete = 0;
            return Event(Encoding.UTF8.GetString(bytes, 0, read - incomplete), reader.Position);
        }
    }

    static Frame Event(string text, long position)
    {
        var sent = new StringBuilder(text.Length + 64);
        sent.Append(CultureInfo.InvariantCulture, $"id: {position}\n");
        foreach (var line in text.Replace("\r\n", "\n").Replace('\r', '\n').Split('\n'))
            sent.Append("data: ").Append(line).Append('\n');
        sent.Append('\n');
        return Frame.Raw(Encoding.UTF8.GetBytes(sent.ToString()));
    }

    static bool TryReadFrom(HttpRequest request, out long from)
    {
        if (request.Headers[LastEventId] is [{ Length: > 0 } last])
            return long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out from);
        return ConsumerEndpoints.TryReadFrom(request, out from);
    }
}
