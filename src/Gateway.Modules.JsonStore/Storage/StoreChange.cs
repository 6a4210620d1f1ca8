using Gateway.Modules.JsonStore.Patches;
using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Storage;

/// <summary>A change to the document, not applied yet.</summary>
sealed class StoreChange
{
    readonly JsonValue? _value;
    readonly IPatch? _patch;

    StoreChange(ChangeKind kind, byte[][] path, JsonValue? value, IPatch? patch) => (Kind, Path, _value, _patch) = (kind, path, value, patch);

    public ChangeKind Kind { get; }

    public byte[][] Path { get; }

    public static StoreChange Put(byte[][] path, JsonValue value) => new(ChangeKind.Put, path, value, null);

    public static StoreChange Delete(byte[][] path) => new(ChangeKind.Delete, path, null, null);

    public static StoreChange Patch(ChangeKind kind, byte[][] path, IPatch patch) => new(kind, path, null, patch);

    /// <summary>See <see cref="ChangeKind.Start"/>.</summary>
    public static StoreChange Start(long number) => new(ChangeKind.Start, [], null, null) { StartNumber = number };

    /// <summary>Of a start: the number of the revision that it begins from.</summary>
    public long StartNumber { get; private init; }

    /// <summary>The document after the change; the same object if it changes nothing.</summary>
    /// <exception cref="PatchFault">A patch does not fit.</exception>
    public JsonValue Apply(JsonValue root, long revision)
    {
        if (_patch != null)
        {
            var before = JsonTree.Get(root, Path);
            var after = _patch.Apply(before, revision);
            return ReferenceEquals(before, after) ? root : JsonTree.Put(root, Path, after, revision);
        }
        return Kind switch
        {
            ChangeKind.Start => root,
            ChangeKind.Delete => JsonTree.Delete(root, Path, revision),
            _ => JsonTree.Put(root, Path, _value!, revision),
        };
    }
}
