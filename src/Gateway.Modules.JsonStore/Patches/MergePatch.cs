using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Patches;

/// <summary>A JSON Merge Patch (RFC 7396): members that are <c>null</c> go, others come or are merged.</summary>
sealed class MergePatch(JsonValue patch) : IPatch
{
    public JsonValue Apply(JsonValue? target, long revision) => Merge(target, patch, revision);

    static JsonValue Merge(JsonValue? target, JsonValue patch, long revision)
    {
        if (patch is not JsonObject changes)
            return JsonValue.HaveSameText(target, patch) ? target! : patch.At(revision);
        var merged = target as JsonObject ?? JsonObject.Empty;
        MergeAll(ref merged, changes.Members, revision);
        return target == null || (merged.Count == 0 && target is not JsonObject) ? merged.At(revision) : merged;
    }

    static void MergeAll(ref JsonObject merged, Sequence changes, long revision)
    {
        foreach (var child in changes.Children)
            MergeAll(ref merged, child, revision);
        for (int i = 0; i < changes.Values.Length; i++)
        {
            byte[] name = changes.Names[i];
            var change = changes.Values[i];
            if (change is JsonScalar { IsNull: true })
            {
                merged = merged.Without(name, revision);
                continue;
            }
            var before = merged.Get(name);
            var after = Merge(before, change, revision);
            if (!ReferenceEquals(before, after))
                merged = merged.With(name, after, revision);
        }
    }
}
