using System.Text;
using System.Text.Json;

namespace Gateway.Modules.JsonStore.Tests;

public class PatchTests(StoreGateway store) : IClassFixture<StoreGateway>
{
    static readonly (string, string?) JsonPatch = ("Content-Type", "application/json-patch+json");
    static readonly (string, string?) MergePatch = ("Content-Type", "application/merge-patch+json; charset=utf-8");

    [SkippableTheory]
    [InlineData("tests.json")]
    [InlineData("spec_tests.json")]
    public async Task Every_enabled_case_of_json_patch_tests_holds(string file)
    {
        string path = Path.Combine(Vectors.Folder("json-patch-tests"), file);
        using var cases = JsonDocument.Parse(await File.ReadAllTextAsync(path));
        await using var client = await store.ConnectAsync();
        var wrong = new List<string>();
        int run = 0;
        foreach (var (number, test) in cases.RootElement.EnumerateArray().Index())
        {
            if (test.TryGetProperty("disabled", out var disabled) && disabled.GetBoolean() || !test.TryGetProperty("doc", out var document))
                continue;
            run++;
            await client.RequestAsync("PUT", "/patched", document.GetRawText());
            var reply = await client.RequestAsync("PATCH", "/patched", test.GetProperty("patch").GetRawText(), JsonPatch);
            string after = (await client.RequestAsync("GET", "/patched")).Text;
            bool fails = test.TryGetProperty("error", out _);
            string expected = test.TryGetProperty("expected", out var given) && !fails ? given.GetRawText() : document.GetRawText();
            bool isRight = (fails ? reply.Status is 400 or 409 : reply.Status == 202) && JsonElement.DeepEquals(Parse(expected), Parse(after));
            if (!isRight)
                wrong.Add($"case {number}: {reply.Status}, {after}, {test.GetRawText()}");
        }
        Assert.Empty(wrong);
        Assert.True(run > 10);
    }

    [Theory]
    [InlineData("""[{"op":"add","path":"/b","value":1},{"op":"test","path":"/a","value":2}]""", 409, "Operation 1 (test)")]
    [InlineData("""[{"op":"remove","path":"/a"},{"op":"remove","path":"/a"}]""", 409, "Operation 1 (remove)")]
    [InlineData("""[{"op":"move","from":"/c","path":"/c/d"}]""", 409, "Operation 0 (move)")]
    [InlineData("""[{"op":"add","path":"/b","value":1},{"op":"jump","path":"/a"}]""", 400, "Operation 1")]
    [InlineData("""[{"op":"add","path":"b","value":1}]""", 400, "Operation 0 (add)")]
    [InlineData("""[{"op":"add","path":"/b"}]""", 400, "value")]
    [InlineData("""[{"op":"add","path":"/~2","value":1}]""", 400, "Pointer")]
    [InlineData("""{"op":"add"}""", 400, "array")]
    [InlineData("[", 400, "json_malformed")]
    public async Task A_patch_that_fails_says_where_and_changes_nothing(string patch, int status, string says)
    {
        string path = store.NewPath();
        await store.PutAsync(path, """{"a":1,"c":{}}""");

        var reply = await store.RequestAsync("PATCH", path, patch, JsonPatch);

        Assert.True(reply.Status == status, reply.ToString());
        Assert.Contains(says, reply.Text.Replace("\\u0022", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("""{"a":1,"c":{}}""", await store.GetAsync(path));
    }

    // RFC 7396, appendix A.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", "null", "null")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"a":1,"e":null}""")]
    [InlineData("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    [InlineData("[1,2]", "{}", "{}")]
    public async Task A_merge_patch_gives(string before, string patch, string after)
    {
        string path = store.NewPath();
        await store.PutAsync(path, before);

        Assert.Equal(202, (await store.RequestAsync("PATCH", path, patch, MergePatch)).Status);
        Assert.Equal(after, await store.GetAsync(path));
    }

    [Fact]
    public async Task Where_there_is_nothing_a_merge_patch_begins_and_a_JSON_Patch_fails()
    {
        string path = store.NewPath();

        Assert.Equal(409, (await store.RequestAsync("PATCH", path, "[]", JsonPatch)).Status);
        Assert.Equal(202, (await store.RequestAsync("PATCH", path, """{"a":{"b":1,"c":null}}""", MergePatch)).Status);
        Assert.Equal("""{"a":{"b":1}}""", await store.GetAsync(path));
    }

    [Theory]
    [InlineData("1.0", "1")]
    [InlineData("1e2", "100")]
    [InlineData("-0", "0.0e5")]
    [InlineData("""{"a":[1,{"b":2}]}""", """{"a":[1.0,{"b":20e-1}]}""")]
    [InlineData("1e99999999999", "10e99999999998")]
    [InlineData("0e-7", "0.000")]
    [InlineData("1E+005", "100000.0")]
    public async Task A_test_compares_what_numbers_are_worth(string value, string tested)
    {
        string path = store.NewPath();
        await store.PutAsync(path, value);

        Assert.Equal(202, (await store.RequestAsync("PATCH", path, $$"""[{"op":"test","path":"","value":{{tested}}}]""", JsonPatch)).Status);
    }

    [Theory]
    [InlineData("1.5", "1.50001")]
    [InlineData("1e5", "1e-5")]
    [InlineData("-1", "1")]
    public async Task A_test_tells_numbers_apart(string value, string tested)
    {
        string path = store.NewPath();
        await store.PutAsync(path, value);

        Assert.Equal(409, (await store.RequestAsync("PATCH", path, $$"""[{"op":"test","path":"","value":{{tested}}}]""", JsonPatch)).Status);
    }

    [Fact]
    public async Task An_exponent_of_a_million_digits_holds_up_nobody()
    {
        string path = store.NewPath();
        string exponent = new('9', 1_000_000);
        await store.PutAsync(path, $"1e{exponent}");

        Assert.Equal(202, (await store.RequestAsync("PATCH", path, $$"""[{"op":"test","path":"","value":1e{{exponent}}}]""", JsonPatch)).Status);
        Assert.Equal(409, (await store.RequestAsync("PATCH", path, $$"""[{"op":"test","path":"","value":1.1e{{exponent}}}]""", JsonPatch)).Status);
    }

    [Fact]
    public async Task A_patch_cannot_nest_deeper_between_two_operations_than_a_document_may_be()
    {
        string path = store.NewPath();
        await store.PutAsync(path, "[]");
        string deep = new string('[', 200) + new string(']', 200);
        var operations = Enumerable.Range(0, 60).Select(i => $$"""{"op":"add","path":"{{string.Concat(Enumerable.Repeat("/0", (i * 200) + 1))}}","value":{{deep}}}""");

        var reply = await store.RequestAsync("PATCH", path, $$"""[{{string.Join(',', operations)}},{"op":"replace","path":"","value":1}]""", JsonPatch);

        Assert.Equal(409, reply.Status);
        Assert.Contains("Operation 1 (add): it would nest the value more than 255 levels deep", reply.Text, StringComparison.Ordinal);
        Assert.Equal("[]", await store.GetAsync(path));
    }

    [Fact]
    public async Task Another_type_is_415_and_says_which_there_are()
    {
        foreach (string? type in new[] { null, "application/json", "text/plain" })
        {
            var reply = await store.RequestAsync("PATCH", "/a", "{}", ("Content-Type", type));
            Assert.Equal(415, reply.Status);
            Assert.Contains("application/json-patch+json", reply.Header("Accept-Patch"), StringComparison.Ordinal);
        }
    }

    static JsonElement Parse(string json) => JsonElement.Parse(Encoding.UTF8.GetBytes(json));
}
