using Gateway.Modules.JsonStore.Tree;
using Microsoft.Extensions.Logging;

namespace Gateway.Modules.JsonStore.Storage;

/// <summary>
/// Reads what an Icepeak server has left: its data file, and the journal of the changes since that was written, one a
/// line: <c>{"op":"put","path":["a","b"],"value":…}</c> or <c>{"op":"delete","path":[…]}</c>. A line that is no change is
/// left out and reported, as Icepeak does: the last one may have been cut.
/// </summary>
static class IcepeakImport
{
    /// <summary>The document.</summary>
    /// <exception cref="IOException">A file cannot be read, or is none of Icepeak's.</exception>
    public static JsonValue Read(string file, JsonStoreOptions options, string tenant, ILogger logger)
    {
        var limits = new JsonLimits(options.MaxDepth, options.MaxNameBytes);
        byte[] text = ReadFile(file);
        JsonValue root;
        try
        {
            root = JsonParser.Parse(text, limits);
        }
        catch (JsonFault fault)
        {
            throw new IOException($"Modules:JsonStore:ImportFrom: {file} cannot be imported. {fault.Message}");
        }
        string journal = file + ".journal";
        int changes = 0;
        foreach (var (line, number) in File.Exists(journal) ? Lines(ReadFile(journal)) : [])
        {
            if (ReadChange(line.Span, limits) is not { } change)
            {
                JsonStoreLog.ImportLineSkipped(logger, tenant, journal, number);
                continue;
            }
            root = change.Apply(root, 1);
            changes++;
        }
        JsonStoreLog.Imported(logger, tenant, file, text.Length, changes);
        return root;
    }

    static byte[] ReadFile(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Modules:JsonStore:ImportFrom: {file} cannot be read: {e.Message}", e);
        }
    }

    static IEnumerable<(ReadOnlyMemory<byte> Line, int Number)> Lines(ReadOnlyMemory<byte> text)
    {
        for (int number = 1; !text.IsEmpty; number++)
        {
            int end = text.Span.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (!line.IsEmpty)
                yield return (line, number);
        }
    }

    // Null if it is none.
    static StoreChange? ReadChange(ReadOnlySpan<byte> line, JsonLimits limits)
    {
        try
        {
            if (JsonParser.Parse(line, limits with { Depth = limits.Depth + 1 }) is not JsonObject change || change.Get("path"u8) is not JsonArray names)
                return null;
            var path = new byte[names.Count][];
            for (int i = 0; i < path.Length; i++)
            {
                if (names[i] is not JsonScalar { IsString: true } name)
                    return null;
                path[i] = JsonText.Unquote(name.Text);
            }
            return (Operation(change), change.Get("value"u8)) switch
            {
                ("put", { } value) => StoreChange.Put(path, value),
                ("delete", _) => StoreChange.Delete(path),
                _ => null,
            };
        }
        catch (JsonFault)
        {
            return null;
        }
    }

    static string? Operation(JsonObject change) => change.Get("op"u8) is JsonScalar { IsString: true } name
        ? System.Text.Encoding.UTF8.GetString(JsonText.Unquote(name.Text))
        : null;
}
