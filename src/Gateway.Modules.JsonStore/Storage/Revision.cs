using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Storage;

/// <summary>The whole document as it is after a number of changes.</summary>
/// <param name="Root">The document.</param>
/// <param name="Number">How many changes there have been: the position of the last one in the log.</param>
sealed record Revision(JsonValue Root, long Number)
{
    /// <summary>The value at a path, and the number of the revision that put it there.</summary>
    public JsonValue? Get(byte[][] path, out long changed) => JsonTree.Get(Root, path, out changed);

    /// <summary>Writes the document as text.</summary>
    public Task WriteAsync(Stream stream)
    {
        JsonText.Write(Root, new StreamBuffer(stream));
        return Task.CompletedTask;
    }
}
