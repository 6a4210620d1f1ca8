using System.Text;

namespace Gateway.Testing;

/// <summary>The head of a request: ordinary unless a test wants it otherwise.</summary>
static class HttpHead
{
    public static byte[] Encode(
        string method, string target, (string Name, string? Value)[] own, (string Name, string? Value)[] wanted)
    {
        var lines = Merge(own, wanted).Where(header => header.Value is not null).Select(header => $"{header.Name}: {header.Value}\r\n");
        return Encoding.Latin1.GetBytes($"{method} {target} HTTP/1.1\r\n{string.Concat(lines)}\r\n");
    }

    /// <summary>All that is wanted, which may repeat a name, after those of our own whose name is not wanted.</summary>
    public static (string Name, string? Value)[] Merge((string Name, string? Value)[] own, (string Name, string? Value)[] wanted) =>
        [.. own.Where(header => !wanted.Any(other => other.Name.Equals(header.Name, StringComparison.OrdinalIgnoreCase))), .. wanted];
}
