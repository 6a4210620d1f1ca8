namespace Gateway.Modules.JsonStore.Tree;

/// <summary>
/// Reading and changing a document at a path. Only objects are walked through: a path has no place for an array's index.
/// Whatever would change nothing gives back the document that it was given.
/// </summary>
static class JsonTree
{
    /// <summary>The value at a path; null if there is none.</summary>
    public static JsonValue? Get(JsonValue root, ReadOnlySpan<byte[]> path) => Get(root, path, out _);

    /// <summary>The value at a path, and the revision that put it there.</summary>
    public static JsonValue? Get(JsonValue root, ReadOnlySpan<byte[]> path, out long revision)
    {
        var value = root;
        revision = root.Revision;
        foreach (byte[] name in path)
        {
            if ((value as JsonObject)?.Get(name) is not { } member)
                return null;
            value = member;
            if (value.Revision != 0)
                revision = value.Revision;
        }
        return value;
    }

    /// <summary>Puts a value at a path. Whatever is in the way and is no object is replaced by one that holds the path alone.</summary>
    public static JsonValue Put(JsonValue? root, ReadOnlySpan<byte[]> path, JsonValue value, long revision)
    {
        if (path is not [var name, .. var rest])
            return JsonValue.HaveSameText(root, value) ? root! : value.At(revision);
        var above = root as JsonObject;
        var before = above?.Get(name);
        var after = Put(before, rest, value, revision);
        return above != null && ReferenceEquals(before, after) ? above : (above ?? JsonObject.Empty).With(name, after, revision);
    }

    /// <summary>Removes what is at a path, if there is anything; the root becomes <c>null</c>. What is above it stays.</summary>
    public static JsonValue Delete(JsonValue root, ReadOnlySpan<byte[]> path, long revision)
    {
        if (path is not [var name, .. var rest])
            return root is JsonScalar { IsNull: true } ? root : JsonScalar.Null.At(revision);
        if (root is not JsonObject above)
            return root;
        if (rest.IsEmpty)
            return above.Without(name, revision);
        if (above.Get(name) is not { } before)
            return root;
        var after = Delete(before, rest, revision);
        return ReferenceEquals(before, after) ? root : above.With(name, after, revision);
    }
}
