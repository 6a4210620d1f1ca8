using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.JsonStore;

/// <summary>Reads a request's body as a whole.</summary>
static class RequestBody
{
    /// <summary>The body; null when it is larger than the limit, of which no more than the limit is ever held.</summary>
    public static async ValueTask<byte[]?> ReadAsync(HttpRequest request, long limit, CancellationToken cancellation)
    {
        if (request.ContentLength > limit)
            return null;
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellation).ConfigureAwait(false);
            if (read.Buffer.Length > limit)
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
