using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Patches;

/// <summary>One operation of a JSON Patch (RFC 6902, section 4).</summary>
/// <param name="Name"><c>add</c>, <c>remove</c>, <c>replace</c>, <c>move</c>, <c>copy</c> or <c>test</c>.</param>
/// <param name="Path">Where.</param>
/// <param name="From">Whence, for <c>move</c> and <c>copy</c>.</param>
/// <param name="Value">What, for <c>add</c>, <c>replace</c> and <c>test</c>.</param>
sealed record PatchOperation(string Name, byte[][] Path, byte[][]? From, JsonValue? Value)
{
    const string NotThere = "there is nothing at its path";

    /// <summary>The document after the operation.</summary>
    /// <exception cref="PatchFault">It does not fit.</exception>
    public JsonValue Apply(JsonValue document, long revision)
    {
        switch (Name)
        {
            case "add":
                return Add(document, Path, Value!, revision);
            case "remove":
                return Remove(document, Path, revision);
            case "replace":
                return Replace(document, Path, Value!, revision);
            case "test":
                var found = JsonPointer.Find(document, Path) ?? throw new PatchFault(NotThere);
                return JsonMeaning.IsSame(found, Value!) ? document : throw new PatchFault("the value is another one");
            case "copy":
                return Add(document, Path, Source(document), revision);
            default:
                var moved = Source(document);
                if (StartsWith(Path, From!) && Path.Length > From!.Length)
                    throw new PatchFault("a value cannot be moved into itself");
                // Without its place it could not be put back where a move to itself leaves it.
                return StartsWith(Path, From!) ? document : Add(Remove(document, From!, revision), Path, moved, revision);
        }
    }

    /// <summary>The bytes that it takes from the document rather than from the patch.</summary>
    public long CopiedBytes(JsonValue document) => Name == "copy" ? Source(document).Bytes : 0;

    JsonValue Source(JsonValue document) => JsonPointer.Find(document, From) ?? throw new PatchFault("there is nothing at \"from\"");

    static JsonValue Add(JsonValue parent, ReadOnlySpan<byte[]> path, JsonValue value, long revision)
    {
        if (path is not [var token, .. var rest])
            return value.At(revision);
        if (!rest.IsEmpty)
        {
            var child = JsonPointer.Find(parent, [token]) ?? throw new PatchFault("its path leads through something that is not there");
            return WithChild(parent, token, Add(child, rest, value, revision), revision);
        }
        switch (parent)
        {
            case JsonObject members:
                return members.With(token, value.At(revision), revision);
            case JsonArray items:
                int index = token is [(byte)'-'] ? items.Count : JsonPointer.Index(token);
                return index >= 0 && index <= items.Count
                    ? items.Insert(index, value.At(revision), revision)
                    : throw new PatchFault("its path ends in no index of the array");
            default:
                throw new PatchFault("its path leads through a value that is neither object nor array");
        }
    }

    static JsonValue Remove(JsonValue parent, ReadOnlySpan<byte[]> path, long revision)
    {
        if (path is not [var token, .. var rest])
            return JsonScalar.Null.At(revision);
        if (JsonPointer.Find(parent, [token]) is not { } child)
            throw new PatchFault(NotThere);
        if (!rest.IsEmpty)
            return WithChild(parent, token, Remove(child, rest, revision), revision);
        return parent is JsonObject members
            ? members.Without(token, revision)
            : ((JsonArray)parent).RemoveAt(JsonPointer.Index(token), revision);
    }

    static JsonValue Replace(JsonValue parent, ReadOnlySpan<byte[]> path, JsonValue value, long revision)
    {
        if (path is not [var token, .. var rest])
            return value.At(revision);
        if (JsonPointer.Find(parent, [token]) is not { } child)
            throw new PatchFault(NotThere);
        return WithChild(parent, token, Replace(child, rest, value, revision), revision);
    }

    static JsonValue WithChild(JsonValue parent, byte[] token, JsonValue child, long revision) => parent is JsonObject members
        ? members.With(token, child, revision)
        : ((JsonArray)parent).Replace(JsonPointer.Index(token), child, revision);

    static bool StartsWith(byte[][] path, byte[][] start) =>
        path.Length >= start.Length && start.Zip(path).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
}
