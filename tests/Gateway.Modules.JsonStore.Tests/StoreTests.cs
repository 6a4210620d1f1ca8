namespace Gateway.Modules.JsonStore.Tests;

public class StoreTests(StoreGateway store) : IClassFixture<StoreGateway>
{
    [Theory]
    [InlineData("null", "/x", "\"R\"", """{"x":"R"}""")]
    [InlineData("""{"x":"A"}""", "/x", "\"R\"", """{"x":"R"}""")]
    [InlineData("""{"y":"A"}""", "/x", "\"R\"", """{"x":"R","y":"A"}""")]
    [InlineData("null", "/x/y", "\"S\"", """{"x":{"y":"S"}}""")]
    [InlineData("""{"x":{"y":"N"},"z":null}""", "/x/y", "\"S\"", """{"x":{"y":"S"},"z":null}""")]
    [InlineData("""{"a":5}""", "/a/b/c", "1", """{"a":{"b":{"c":1}}}""")]
    [InlineData("""{"a":[1,2]}""", "/a/0", "9", """{"a":{"0":9}}""")]
    [InlineData("[1]", "/x", "1", """{"x":1}""")]
    [InlineData("""{"a":1}""", "", "[3]", "[3]")]
    [InlineData("""{"a":1}""", "/a", "null", """{"a":null}""")]
    public async Task A_PUT_gives(string before, string path, string value, string after)
    {
        string root = store.NewPath();
        await store.PutAsync(root, before);
        await store.PutAsync(root + path, value);

        Assert.Equal(after, await store.GetAsync(root));
        Assert.Equal(value, await store.GetAsync(root + path));
    }

    [Theory]
    [InlineData("""{"a":{"b":1}}""", "/a/b", """{"a":{}}""")]
    [InlineData("""{"a":5}""", "/a/b", """{"a":5}""")]
    [InlineData("""{"a":5}""", "/q/r", """{"a":5}""")]
    [InlineData("[1,2]", "/0", "[1,2]")]
    public async Task A_DELETE_gives(string before, string path, string after)
    {
        string root = store.NewPath();
        await store.PutAsync(root, before);

        var reply = await store.RequestAsync("DELETE", root + path);

        Assert.Equal(202, reply.Status);
        Assert.Equal(after, await store.GetAsync(root));
        Assert.Null(await store.GetAsync(root + path));
    }

    [Fact]
    public async Task Without_its_root_the_document_is_null_and_a_PUT_builds_it_anew()
    {
        await using var fresh = await StoreGateway.StartAsync();
        Assert.Equal("{}", await fresh.GetAsync("/"));

        Assert.Equal(202, (await fresh.RequestAsync("DELETE", "/")).Status);
        Assert.Equal("null", await fresh.GetAsync("/"));
        await fresh.PutAsync("/x", "1");
        Assert.Equal("""{"x":1}""", await fresh.GetAsync("/"));
    }

    [Theory]
    [InlineData(" 1e3 ", "1e3")]
    [InlineData("-0", "-0")]
    [InlineData("1.50", "1.50")]
    [InlineData("12345678901234567890.000", "12345678901234567890.000")]
    [InlineData("""{"b":1,"a":2,"b":3}""", """{"a":2,"b":1}""")]
    [InlineData("""{"\uD83D\uDE00":1,"\uFFFD":2,"z":3}""", "{\"z\":3,\"\uFFFD\":2,\"\U0001F600\":1}")]
    [InlineData("\"\\u0041\\/\\u00e4\\u007f\\b\\f\\n\\r\\t\\\"\\\\\"", "\"A/ä\u007f\\u0008\\u000c\\n\\r\\t\\\"\\\\\"")]
    [InlineData("[ ]", "[]")]
    [InlineData("[1 ,{ } ]", "[1,{}]")]
    public async Task Text_comes_back_compact_sorted_by_code_point_and_with_its_numbers_as_written(string sent, string kept)
    {
        string path = store.NewPath();
        await store.PutAsync(path, sent);

        Assert.Equal(kept, await store.GetAsync(path));
    }

    [Fact]
    public async Task A_number_of_five_thousand_digits_keeps_every_one()
    {
        string path = store.NewPath();
        string digits = "-1" + new string('7', 5000) + ".5e+1000";
        await store.PutAsync(path, digits);

        Assert.Equal(digits, await store.GetAsync(path));
    }
}
