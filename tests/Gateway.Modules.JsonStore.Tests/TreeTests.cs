using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Gateway.Modules.JsonStore.Storage;
using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Tests;

public class TreeTests
{
    static readonly string[] Names = ["", "a", "b", "c", "é", "\uFFFD", "\U0001F600", "a/b", "\"\n"];

    [Property(MaxTest = 300)]
    public Property A_document_behaves_like_a_plain_one_whatever_is_put_and_deleted() => Prop.ForAll(Changes().ToArbitrary(), changes =>
    {
        JsonValue tree = JsonObject.Empty;
        NaiveJson? naive = new NaiveJson.Members([]);
        long revision = 0;
        foreach (var (path, value) in changes)
        {
            tree = value == null ? JsonTree.Delete(tree, Bytes(path), ++revision) : JsonTree.Put(tree, Bytes(path), Parse(value.Text()), ++revision);
            naive = value == null ? NaiveJson.Delete(naive, path) : NaiveJson.Put(naive, path, value);
            Assert.Equal(naive!.Text(), Text(tree));
            Assert.Equal(Encoding.UTF8.GetByteCount(Text(tree)), tree.Bytes);
            Assert.Equal(naive.Height, tree.Height);
        }
    });

    [Property]
    public Property What_was_put_and_then_deleted_is_gone() => Prop.ForAll(Changes().ToArbitrary(), Values().ToArbitrary(), Paths().ToArbitrary(), (changes, value, path) =>
    {
        var document = Apply(JsonObject.Empty, changes);
        var put = JsonTree.Put(document, Bytes(path), Parse(value.Text()), 1);
        var deleted = JsonTree.Delete(put, Bytes(path), 2);
        Assert.Equal(value.Text(), Text(JsonTree.Get(put, Bytes(path))!));
        Assert.Equal(path.Length == 0 ? "null" : null, JsonTree.Get(deleted, Bytes(path)) is { } left ? Text(left) : null);
    });

    [Property]
    public Property A_sequence_of_changes_done_twice_is_done_once() => Prop.ForAll(Changes().ToArbitrary(), changes =>
    {
        var once = Apply(JsonObject.Empty, changes);
        Assert.Equal(Text(once), Text(Apply(once, changes)));
    });

    [Property]
    public Property A_change_that_changes_nothing_gives_back_the_same_object() => Prop.ForAll(Changes().ToArbitrary(), changes =>
    {
        var document = Apply(JsonObject.Empty, changes);
        foreach (var (path, value) in changes)
        {
            if (JsonTree.Get(document, Bytes(path)) is { } there)
                Assert.Same(document, JsonTree.Put(document, Bytes(path), Parse(Text(there)), 99));
            else
                Assert.Same(document, JsonTree.Delete(document, Bytes(path), 99));
        }
    });

    [Property]
    public Property What_a_change_does_not_touch_is_shared() => Prop.ForAll(Changes().ToArbitrary(), changes =>
    {
        var before = Apply(JsonObject.Empty, changes);
        var after = JsonTree.Put(before, Bytes(["somewhere else"]), JsonScalar.True, 99);
        foreach (string name in Names)
            Assert.Same(JsonTree.Get(before, Bytes([name])), JsonTree.Get(after, Bytes([name])));
    });

    [Property]
    public Property A_change_survives_its_record() => Prop.ForAll(Changes().ToArbitrary(), changes =>
    {
        var document = Apply(JsonObject.Empty, changes);
        JsonValue replayed = JsonObject.Empty;
        foreach (var (path, value) in changes)
        {
            byte[] body = value == null ? [] : Encoding.UTF8.GetBytes(value.Text());
            byte[] record = StoreRecord.Rent(value == null ? ChangeKind.Delete : ChangeKind.Put, Bytes(path), body, out int length);
            replayed = StoreRecord.Read(record.AsSpan(0, length)).Apply(replayed, 1);
        }
        Assert.Equal(Text(document), Text(replayed));
    });

    [Fact]
    public void An_object_of_any_size_stays_in_order_while_members_come_and_go()
    {
        var random = new System.Random(7);
        var expected = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var value = JsonObject.Empty;
        for (int i = 0; i < 20_000; i++)
        {
            string name = random.Next(3_000).ToString("x", System.Globalization.CultureInfo.InvariantCulture);
            byte[] utf8 = Encoding.UTF8.GetBytes(name);
            // It grows first and shrinks then.
            if (random.Next(100) < (i < 10_000 ? 80 : 20))
            {
                expected[name] = i;
                value = value.With(utf8, Parse($"{i}"), 1);
            }
            else
            {
                expected.Remove(name);
                value = value.Without(utf8, 1);
            }
            if (i % 500 == 0)
                Check();
        }
        Check();
        foreach (string name in expected.Keys.ToArray())
        {
            expected.Remove(name);
            value = value.Without(Encoding.UTF8.GetBytes(name), 1);
        }
        Check();

        void Check()
        {
            Assert.Equal($"{{{string.Join(',', expected.Select(member => $"\"{member.Key}\":{member.Value}"))}}}", Text(value));
            Assert.Equal(expected.Count, value.Count);
            Assert.Equal(Text(value).Length, value.Bytes);
            Assert.All(expected, member => Assert.Equal($"{member.Value}", Text(value.Get(Encoding.UTF8.GetBytes(member.Key))!)));
        }
    }

    [Fact]
    public void An_array_of_any_size_keeps_its_order_while_items_come_and_go()
    {
        var random = new System.Random(8);
        var expected = new List<int>();
        var value = JsonArray.Empty;
        for (int i = 0; i < 20_000; i++)
        {
            if (expected.Count == 0 || random.Next(100) < (i < 10_000 ? 70 : 30))
            {
                int at = random.Next(expected.Count + 1);
                expected.Insert(at, i);
                value = value.Insert(at, Parse($"{i}"), 1);
            }
            else
            {
                int at = random.Next(expected.Count);
                expected.RemoveAt(at);
                value = value.RemoveAt(at, 1);
            }
            if (i % 500 == 0)
                Assert.Equal($"[{string.Join(',', expected)}]", Text(value));
        }
        Assert.Equal($"[{string.Join(',', expected)}]", Text(value));
    }

    [Fact]
    public void Two_documents_have_the_same_text_however_they_came_about()
    {
        JsonValue grown = JsonObject.Empty;
        for (int i = 0; i < 2_000; i++)
            grown = JsonTree.Put(grown, Bytes([$"{i * 7919 % 2_000}"]), Parse($"{i * 7919 % 2_000}"), i + 1);
        var parsed = Parse(Text(grown));

        Assert.True(JsonValue.HaveSameText(grown, parsed));
        Assert.Same(grown, JsonTree.Put(grown, [], parsed, 5_000));
        Assert.False(JsonValue.HaveSameText(grown, JsonTree.Put(parsed, Bytes(["1"]), Parse("9"), 1)));
    }

    [Fact]
    public void A_text_is_read_in_pieces_as_it_is_read_at_once()
    {
        string text = $"{{{string.Join(',', Enumerable.Range(0, 30_000).Select(i => $"\"{i:00000}\":[{i},\"{new string('ä', i % 90)}\",null,true]"))}}}";
        var pieces = JsonParser.Parse(new MemoryStream(Encoding.UTF8.GetBytes(text)));

        Assert.Equal(text, Text(pieces));
        Assert.Equal(text, Text(Parse(text)));
    }

    static JsonValue Apply(JsonValue document, (string[] Path, NaiveJson? Value)[] changes)
    {
        foreach (var (path, value) in changes)
            document = value == null ? JsonTree.Delete(document, Bytes(path), 1) : JsonTree.Put(document, Bytes(path), Parse(value.Text()), 1);
        return document;
    }

    static Gen<string[]> Paths() => Gen.Choose(0, 4).SelectMany(length => Gen.ArrayOf(Gen.Elements(Names), length));

    static Gen<(string[] Path, NaiveJson? Value)[]> Changes() => Gen.ArrayOf(
        Paths().SelectMany(path => Gen.Frequency((3, Values().Select(value => (NaiveJson?)value)), (1, Gen.Constant<NaiveJson?>(null))).Select(value => (path, value))));

    static Gen<NaiveJson> Values() => Values(3);

    static Gen<NaiveJson> Values(int depth)
    {
        var scalars = Gen.Elements<NaiveJson>([.. new[] { "null", "true", "0", "-1.50", "1e3", "\"\"", "\"ä\\n\\u0001\"" }.Select(text => new NaiveJson.Scalar(text))]);
        if (depth == 0)
            return scalars;
        var nested = Gen.Choose(0, 3).SelectMany(length => Gen.ArrayOf(Values(depth - 1), length));
        return Gen.Frequency(
            (2, scalars),
            (1, nested.Select(items => (NaiveJson)new NaiveJson.Items(items))),
            (2, nested.SelectMany(values => Gen.ArrayOf(Gen.Elements(Names), values.Length).Select(names => NaiveJson.Of(names, values)))));
    }

    static byte[][] Bytes(string[] path) => [.. path.Select(Encoding.UTF8.GetBytes)];

    static JsonValue Parse(string text) => JsonParser.Parse(Encoding.UTF8.GetBytes(text), JsonLimits.None);

    static string Text(JsonValue value) => Encoding.UTF8.GetString(JsonText.Encode(value));
}
