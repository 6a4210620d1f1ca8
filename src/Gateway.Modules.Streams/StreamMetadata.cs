using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace Gateway.Modules.Streams;

/// <summary>
/// What a producer says about its stream in <c>X-Stream-Metadata</c>: any JSON. It is given back compactly, with
/// everything but ASCII escaped, since a header carries nothing else.
/// </summary>
static class StreamMetadata
{
    public const string Header = "X-Stream-Metadata";

    static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads the header.</summary>
    /// <returns>What is wrong with it; null if it is good or absent.</returns>
    public static string? Parse(StringValues header, int limit, out string? metadata)
    {
        metadata = null;
        if (header.Count == 0)
            return null;
        if (header is not [{ } text])
            return $"{Header} may be given once.";
        if (Encoding.UTF8.GetByteCount(text) > limit)
            return $"{Header} may have {limit} bytes.";
        try
        {
            using var json = JsonDocument.Parse(text);
            using var bytes = new MemoryStream();
            using (var writer = new Utf8JsonWriter(bytes, Compact))
                json.RootElement.WriteTo(writer);
            metadata = ToAscii(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
            return null;
        }
        // An escape that is half a character cannot be written again.
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return $"{Header} must be JSON.";
        }
    }

    // Outside of strings compact JSON is ASCII.
    static string ToAscii(string json)
    {
        if (json.All(c => c is >= ' ' and <= '~'))
            return json;
        var ascii = new StringBuilder(json.Length + 64);
        foreach (char c in json)
        {
            if (c is >= ' ' and <= '~')
                ascii.Append(c);
            else
                ascii.Append("\\u").Append(((int)c).ToString("X4", System.Globalization.CultureInfo.InvariantCulture));
        }
        return ascii.ToString();
    }
}
