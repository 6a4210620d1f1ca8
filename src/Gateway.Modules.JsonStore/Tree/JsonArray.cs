namespace Gateway.Modules.JsonStore.Tree;

/// <summary>An array.</summary>
sealed class JsonArray(Sequence items, long revision) : JsonValue(revision)
{
    public static JsonArray Empty { get; } = new(Sequence.Empty, 0);

    public Sequence Items { get; } = items;

    public int Count => Items.Count;

    public override long Bytes => Items.Count == 0 ? 2 : Items.Bytes + 1;

    public override int Height => Items.Height + 1;

    public JsonValue this[int index] => Items[index];

    public override JsonValue At(long revision) => revision == Revision ? this : new JsonArray(Items, revision);

    public JsonArray Insert(int index, JsonValue value, long revision) => new(Items.Insert(index, null, value), revision);

    public JsonArray Replace(int index, JsonValue value, long revision) => new(Items.Replace(index, value), revision);

    public JsonArray RemoveAt(int index, long revision) => new(Items.RemoveAt(index), revision);
}
