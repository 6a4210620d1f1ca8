namespace Gateway.Modules.JsonStore.Tree;

/// <summary>An object. Its members are in the order of their names' code points, which is that of their UTF-8 bytes.</summary>
sealed class JsonObject(Sequence members, long revision) : JsonValue(revision)
{
    public static JsonObject Empty { get; } = new(Sequence.Empty, 0);

    public Sequence Members { get; } = members;

    public int Count => Members.Count;

    public override long Bytes => Members.Count == 0 ? 2 : Members.Bytes + 1;

    public override int Height => Members.Height + 1;

    public JsonValue? Get(ReadOnlySpan<byte> name) => Members.TryFind(name, out int index) ? Members[index] : null;

    public override JsonValue At(long revision) => revision == Revision ? this : new JsonObject(Members, revision);

    public JsonObject With(byte[] name, JsonValue value, long revision) =>
        new(Members.TryFind(name, out int index) ? Members.Replace(index, value) : Members.Insert(index, name, value), revision);

    public JsonObject Without(ReadOnlySpan<byte> name, long revision) =>
        Members.TryFind(name, out int index) ? new(Members.RemoveAt(index), revision) : this;
}
