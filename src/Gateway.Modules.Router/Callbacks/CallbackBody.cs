using System.Buffers;
using System.Text.Json;
using Gateway.Modules.Router.Protocol;

namespace Gateway.Modules.Router.Callbacks;

/// <summary>Reads what a service answers, into memory that is lent for the time.</summary>
static class CallbackBody
{
    const int MaxBytes = 16 * 1024 * 1024;
    const int FirstBytes = 4096;

    /// <summary>The JSON object; null where it is none.</summary>
    /// <exception cref="HttpRequestException">It is too large.</exception>
    /// <exception cref="IOException">It did not come whole.</exception>
    public static async ValueTask<JsonElement?> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBytes);
        try
        {
            int length = 0;
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false) is > 0 and var read)
            {
                length += read;
                if (length > MaxBytes)
                    throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded);
                if (length == buffer.Length)
                    buffer = Enlarge(buffer);
            }
            return JsonValue.TryParse(buffer.AsSpan(0, length), out var body) && body.ValueKind == JsonValueKind.Object ? body : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static byte[] Enlarge(byte[] full)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(2 * full.Length);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }
}
