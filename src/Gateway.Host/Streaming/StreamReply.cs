using System.Net;
using System.Text;
using System.Text.Json;

namespace Gateway.Host.Streaming;

/// <summary>The head of the gateway's answer, and what it says for a person.</summary>
sealed record StreamReply(int Status, string Reason, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Whether asking again later may help.</summary>
    public bool IsTemporary => Status is >= 500 and not (int)HttpStatusCode.InsufficientStorage or (int)HttpStatusCode.TooManyRequests;

    /// <summary>How many bytes the gateway has stored; null if it does not say.</summary>
    public long? Offset => Headers.TryGetValue("Upload-Offset", out string? text) && long.TryParse(text, out long offset) ? offset : null;

    public static StreamReply Parse(string head)
    {
        string[] lines = head.Split("\r\n");
        string[] first = lines[0].Split(' ', 3);
        if (first.Length < 2 || !first[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || !int.TryParse(first[1], out int status))
            throw new IOException("what answers there speaks no HTTP/1.1");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':');
            if (colon > 0)
                headers[line[..colon]] = line[(colon + 1)..].Trim();
        }
        return new(status, first.Length > 2 ? first[2] : "", headers);
    }

    /// <summary>A refusal as one line.</summary>
    /// <param name="body">The beginning of the body, as it came.</param>
    public string Explain(ReadOnlySpan<byte> body)
    {
        string text = Encoding.UTF8.GetString(body);
        int json = text.IndexOf('{');
        int end = text.LastIndexOf('}');
        return json < 0 || end < json ? $"{Status} {Reason}" : $"{Status} {Reason}: {Detail(text[json..(end + 1)])}";
    }

    static string Detail(string json)
    {
        try
        {
            using var body = JsonDocument.Parse(json);
            foreach (string name in (string[])["detail", "error", "message"])
            {
                if (body.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
                    return value.GetString()!.ReplaceLineEndings(" ");
            }
            return "refused";
        }
        catch (JsonException)
        {
            return "refused";
        }
    }
}
