using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Channels;

/// <summary>Reads a request's body as one message.</summary>
static class MessageBody
{
    /// <summary>The body; null when it is larger than the limit, of which no more than the limit is ever held.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">In bytes; 0 = no limit.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async ValueTask<byte[]?> ReadAsync(HttpRequest request, long limit, CancellationToken cancellation)
    {
        if (limit != 0 && request.ContentLength > limit)
            return null;
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellation).ConfigureAwait(false);
            if (limit != 0 && read.Buffer.Length > limit)
            {
                // Left unread, the rest could not be skipped, and the server would complain.
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }
            if (read.IsCompleted)
            {
                byte[] body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
