namespace Gateway.Modules.JsonStore.Tree;

/// <summary>
/// A JSON value (RFC 8259): a node of an immutable tree. Changing a document makes new nodes on the path of the change
/// and shares all others, so that a change costs no more than its path and its value.
/// </summary>
/// <param name="revision">See <see cref="Revision"/>.</param>
abstract class JsonValue(long revision)
{
    /// <summary>
    /// The document's revision that put this node into its place; 0 if it came as a part of the value above it, whose
    /// revision then is this one's as well.
    /// </summary>
    public long Revision { get; } = revision;

    /// <summary>The length of its text in bytes; see <see cref="JsonText"/>.</summary>
    public abstract long Bytes { get; }

    /// <summary>How many objects and arrays are nested in it, itself included; 0 for anything else.</summary>
    public abstract int Height { get; }

    /// <summary>The same value, put into its place by a revision. Costs one node.</summary>
    public abstract JsonValue At(long revision);

    /// <summary>Whether both have the same text: the same members and items, and numbers written the same way.</summary>
    public static bool HaveSameText(JsonValue? left, JsonValue? right)
    {
        if (ReferenceEquals(left, right))
            return true;
        if (left == null || right == null || left.Bytes != right.Bytes)
            return false;
        return (left, right) switch
        {
            (JsonScalar l, JsonScalar r) => l.Text.SequenceEqual(r.Text),
            (JsonObject l, JsonObject r) => Sequence.HaveSameText(l.Members, r.Members),
            (JsonArray l, JsonArray r) => Sequence.HaveSameText(l.Items, r.Items),
            _ => false,
        };
    }
}
