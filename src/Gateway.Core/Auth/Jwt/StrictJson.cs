using System.Text.Json;
using System.Text.Unicode;

namespace Gateway.Core.Auth.Jwt;

/// <summary>JSON objects without what two readers could read in two ways.</summary>
static class StrictJson
{
    static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>
    /// Null where it is not JSON, no object, has a member twice at any depth, or holds text that is not Unicode:
    /// bytes that are not UTF-8, or half of a surrogate pair.
    /// </summary>
    public static JsonDocument? ParseObject(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
            return null;
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(utf8, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                if (utf8.Span.IndexOf("\\u"u8) >= 0)
                    ReadTexts(document.RootElement);
                return document;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Either of them says that it is not what is asked for.
        }
        document?.Dispose();
        return null;
    }

    /// <summary>Reads every name and text, which throws where one is not Unicode.</summary>
    static void ReadTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    ReadTexts(item);
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    ReadTexts(member.Value);
                }
                break;
        }
    }
}
