using System.Text;

namespace Gateway.Testing;

/// <summary>A whole HTTP/1.1 response.</summary>
public sealed class HttpReply
{
    /// <summary>The status code.</summary>
    public required int Status { get; init; }

    /// <summary>The reason phrase.</summary>
    public required string Reason { get; init; }

    /// <summary>The header's values by name in any case; a name that is absent has none.</summary>
    public required ILookup<string, string> Headers { get; init; }

    /// <summary>The body, with its transfer coding removed.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>The body as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>A header's values joined by commas, or null if it is absent.</summary>
    public string? Header(string name) => Headers.Contains(name) ? string.Join(", ", Headers[name]) : null;

    /// <summary>The status line and the body, for the message of a failed assertion.</summary>
    public override string ToString() => $"{Status} {Reason}\n{Text}";
}
