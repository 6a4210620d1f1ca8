using System.Text;

namespace Gateway.Modules.JsonStore.Tests;

public class BadInputTests(StoreGateway store) : IClassFixture<StoreGateway>
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("nul")]
    [InlineData("1 2")]
    [InlineData("{} x")]
    [InlineData("\uFEFF1")]
    [InlineData("01")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("\"a\nb\"")]
    [InlineData("[1,]")]
    [InlineData("{\"a\":1,}")]
    [InlineData("NaN")]
    [InlineData("'a'")]
    [InlineData("// comment\n1")]
    public async Task What_is_no_JSON_is_400_and_changes_nothing(string body)
    {
        string path = store.NewPath();
        await store.PutAsync(path, "\"before\"");

        var reply = await store.RequestAsync("PUT", path, body);

        Assert.Equal(400, reply.Status);
        Assert.Contains("json_malformed", reply.Text, StringComparison.Ordinal);
        Assert.Equal("\"before\"", await store.GetAsync(path));
    }

    [Theory]
    [InlineData(new byte[] { 0x22, 0xff, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xc0, 0xaf, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xed, 0xa0, 0x80, 0x22 })]
    [InlineData(new byte[] { 0x31, 0x00 })]
    public async Task Bytes_that_are_no_UTF_8_are_refused(byte[] body)
    {
        await using var client = await store.ConnectAsync();
        await client.SendAsync((byte[])[.. Encoding.ASCII.GetBytes($"PUT /bytes HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]);

        Assert.Equal(400, (await client.ReadReplyAsync()).Status);
    }

    [Theory]
    [InlineData("", 256, 202)]
    [InlineData("", 257, 400)]
    [InlineData("/a/b", 254, 202)]
    [InlineData("/a/b", 255, 400)]
    public async Task Path_and_value_together_may_be_so_deep(string path, int depth, int status)
    {
        await using var fresh = await StoreGateway.StartAsync();
        string body = new string('[', depth) + new string(']', depth);

        var reply = await fresh.RequestAsync("PUT", path.Length == 0 ? "/" : path, body);

        Assert.Equal(status, reply.Status);
        if (status == 400)
            Assert.Contains("json_too_deep", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_alone_may_not_be_deeper()
    {
        string deepest = store.NewPath() + string.Concat(Enumerable.Repeat("/a", 255));
        await store.PutAsync(deepest, "1");
        Assert.Equal(400, (await store.RequestAsync("PUT", deepest + "/a", "1")).Status);
        Assert.Equal(404, (await store.RequestAsync("GET", string.Concat(Enumerable.Repeat("/a", 4_000)))).Status);
        Assert.Equal(202, (await store.RequestAsync("DELETE", string.Concat(Enumerable.Repeat("/a", 4_000)))).Status);
    }

    [Fact]
    public async Task A_bomb_of_depth_is_refused_by_PUT_and_by_PATCH()
    {
        string bomb = new('[', 1_000_000);
        Assert.Equal(400, (await store.RequestAsync("PUT", "/bomb", bomb)).Status);
        Assert.Equal(400, (await store.RequestAsync("PATCH", "/bomb", bomb, ("Content-Type", "application/merge-patch+json"))).Status);
    }

    [Fact]
    public async Task A_patch_cannot_double_the_document_again_and_again()
    {
        string path = store.NewPath();
        await store.PutAsync(path, "{\"a\":\"" + new string('x', 100_000) + "\"}");
        string doubling = string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""{"op":"copy","from":"","path":"/c{{i}}"}"""));

        var reply = await store.RequestAsync("PATCH", path, $"[{doubling}]", ("Content-Type", "application/json-patch+json"));

        Assert.Equal(409, reply.Status);
        Assert.Contains("may copy at most", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413_and_the_connection_goes_on()
    {
        await using var small = await StoreGateway.StartAsync("\"MaxBodyBytes\": 1000");
        await using var client = await small.ConnectAsync();

        Assert.Equal(413, (await client.RequestAsync("PUT", "/a", $"\"{new string('x', 999)}\"")).Status);
        Assert.Equal(202, (await client.RequestAsync("PUT", "/a", $"\"{new string('x', 998)}\"")).Status);
        await client.SendAsync("PUT /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        await client.SendAsync($"7d0\r\n{new string('1', 2000)}\r\n0\r\n\r\n");
        Assert.Equal(413, (await client.ReadReplyAsync()).Status);
    }

    [Fact]
    public async Task A_name_over_the_limit_is_refused_in_path_and_value()
    {
        await using var small = await StoreGateway.StartAsync("\"MaxNameBytes\": 10");

        Assert.Equal(202, (await small.RequestAsync("PUT", "/a", """{"0123456789":1}""")).Status);
        Assert.Equal(400, (await small.RequestAsync("PUT", "/a", """{"0123456789x":1}""")).Status);
        Assert.Equal(400, (await small.RequestAsync("PUT", "/0123456789x", "1")).Status);
    }

    [SkippableFact]
    public async Task Every_case_of_JSONTestSuite_is_taken_or_refused_as_it_says()
    {
        string folder = Vectors.Folder("JSONTestSuite/test_parsing");
        await using var wide = await StoreGateway.StartAsync("\"MaxDepth\": 1000");
        await using var client = await wide.ConnectAsync();
        var wrong = new List<string>();
        foreach (string file in Directory.GetFiles(folder, "*.json"))
        {
            byte[] body = await File.ReadAllBytesAsync(file);
            await client.SendAsync((byte[])[.. Encoding.ASCII.GetBytes($"PUT /suite HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]);
            int status = (await client.ReadReplyAsync()).Status;
            bool isRight = Path.GetFileName(file)[0] switch { 'y' => status == 202, 'n' => status == 400, _ => status is 202 or 400 };
            if (!isRight)
                wrong.Add($"{Path.GetFileName(file)}: {status}");
        }
        Assert.Empty(wrong);
    }
}
