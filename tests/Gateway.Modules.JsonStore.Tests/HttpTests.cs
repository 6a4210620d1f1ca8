using System.Globalization;
using Gateway.Testing;

namespace Gateway.Modules.JsonStore.Tests;

public class HttpTests(StoreGateway store) : IClassFixture<StoreGateway>
{
    [Fact]
    public async Task A_value_is_JSON_with_its_length()
    {
        string path = store.NewPath();
        await store.PutAsync(path, """{"a":[1,2]}""");

        var reply = await store.RequestAsync("GET", path);

        Assert.Equal(200, reply.Status);
        Assert.Equal("application/json; charset=utf-8", reply.Header("Content-Type"));
        Assert.Equal("11", reply.Header("Content-Length"));
        Assert.Equal("""{"a":[1,2]}""", reply.Text);
    }

    [Fact]
    public async Task HEAD_has_the_head_of_GET()
    {
        string path = store.NewPath();
        await store.PutAsync(path, "\"value\"");
        await using var client = await store.ConnectAsync();

        var head = await client.RequestAsync("HEAD", path);
        var get = await client.RequestAsync("GET", path);

        Assert.Equal((200, "7", get.Header("ETag"), ""), (head.Status, head.Header("Content-Length"), head.Header("ETag"), head.Text));
        Assert.Equal(404, (await client.RequestAsync("HEAD", path + "/absent")).Status);
    }

    [Fact]
    public async Task A_large_value_comes_back_whole()
    {
        string path = store.NewPath();
        string text = new('x', 200_000);
        string items = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"{{\"n\":{i}}}"));
        string members = string.Join(',', Enumerable.Range(0, 3_000).Select(i => $"\"{i:0000}{new string('n', 100)}\":{i}"));
        string document = $$$"""{"a":[{{{items}}}],"b":{"c":{"d":["{{{text}}}",1,[[]],"{{{text}}}"]},"e":{ {{{members}}} }},"f":{}}""".Replace(" ", "", StringComparison.Ordinal);
        await store.PutAsync(path, document);

        var reply = await store.RequestAsync("GET", path);

        Assert.True(document == reply.Text, "another document came back");
    }

    [Fact]
    public async Task What_is_not_there_is_an_empty_404()
    {
        var reply = await store.RequestAsync("GET", store.NewPath());

        Assert.Equal(404, reply.Status);
        Assert.Null(reply.Header("Content-Type"));
        Assert.Equal("", reply.Text);
    }

    [Fact]
    public async Task A_write_is_an_empty_202_and_the_next_read_sees_it()
    {
        string path = store.NewPath();
        await using var client = await store.ConnectAsync();
        for (int i = 0; i < 50; i++)
        {
            var reply = await client.RequestAsync("PUT", path, i.ToString(CultureInfo.InvariantCulture));
            Assert.Equal((202, "", null), (reply.Status, reply.Text, reply.Header("Content-Type")));
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), (await client.RequestAsync("GET", path)).Text);
        }
    }

    [Theory]
    [InlineData("?durable")]
    [InlineData("?durable=")]
    [InlineData("?durable=true")]
    [InlineData("?durable=1")]
    [InlineData("?x=1;durable")]
    [InlineData("?x=1&durable=yes")]
    public async Task Durable_is_asked_for_in_any_spelling(string query)
    {
        string path = store.NewPath();
        double before = await WaitedAsync();

        await store.PutAsync(path + query, "1");
        await Eventually.BecomesTrueAsync(async () => await WaitedAsync() == before + 1, "a wait for the disk");
        Assert.Equal(202, (await store.RequestAsync("DELETE", path + query)).Status);
        await Eventually.BecomesTrueAsync(async () => await WaitedAsync() == before + 2, "another");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?durable=false")]
    [InlineData("?durable=0")]
    [InlineData("?durables")]
    [InlineData("?durable=no;durable")]
    public async Task Who_does_not_ask_for_durable_does_not_wait_for_the_disk(string query)
    {
        string path = store.NewPath();
        double before = await WaitedAsync();

        await store.PutAsync(path + query, "1");
        await store.PutAsync(path + "?durable", "2");

        await Eventually.BecomesTrueAsync(async () => await WaitedAsync() > before, "the second to wait");
        Assert.Equal(before + 1, await WaitedAsync());
    }

    [Theory]
    [InlineData("POST", 405)]
    [InlineData("OPTIONS", 405)]
    [InlineData("TRACE", 405)]
    [InlineData("YQUS", 405)]
    public async Task A_method_that_is_not_served_is_refused(string method, int status)
    {
        var reply = await store.RequestAsync(method, "/a");

        Assert.Equal(status, reply.Status);
        foreach (string allowed in new[] { "GET", "HEAD", "PUT", "DELETE", "PATCH" })
            Assert.Contains(allowed, reply.Header("Allow"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entity_tag_changes_with_its_value_and_with_no_other()
    {
        string path = store.NewPath();
        string put = (await store.RequestAsync("PUT", $"{path}/a", "1")).Header("ETag")!;
        await store.PutAsync($"{path}/b", "2");

        Assert.Equal(put, (await store.RequestAsync("GET", $"{path}/a")).Header("ETag"));
        Assert.Equal(put, (await store.RequestAsync("PUT", $"{path}/a", " 1 ")).Header("ETag"));
        Assert.NotEqual(put, (await store.RequestAsync("PUT", $"{path}/a", "1.0")).Header("ETag"));
        Assert.NotEqual(put, (await store.RequestAsync("GET", path)).Header("ETag"));
    }

    [Fact]
    public async Task A_GET_of_what_the_client_has_is_304()
    {
        string path = store.NewPath();
        string tag = (await store.RequestAsync("PUT", path, "1")).Header("ETag")!;

        var reply = await store.RequestAsync("GET", path, null, ("If-None-Match", tag));
        Assert.Equal((304, "", tag), (reply.Status, reply.Text, reply.Header("ETag")));
        Assert.Equal(200, (await store.RequestAsync("GET", path, null, ("If-None-Match", "\"other\""))).Status);
        Assert.Equal(412, (await store.RequestAsync("GET", path, null, ("If-Match", "\"other\""))).Status);
        Assert.Equal(200, (await store.RequestAsync("GET", path, null, ("If-Match", tag))).Status);
    }

    [Theory]
    [InlineData("PUT", "2")]
    [InlineData("DELETE", null)]
    [InlineData("PATCH", "2")]
    public async Task A_write_that_asks_for_an_old_value_is_412_and_does_nothing(string method, string? body)
    {
        string path = store.NewPath();
        string old = (await store.RequestAsync("PUT", path, "0")).Header("ETag")!;
        string current = (await store.RequestAsync("PUT", path, "1")).Header("ETag")!;
        var type = ("Content-Type", "application/merge-patch+json");

        Assert.Equal(412, (await store.RequestAsync(method, path, body, type, ("If-Match", old))).Status);
        Assert.Equal(412, (await store.RequestAsync(method, path, body, type, ("If-Match", "nonsense"))).Status);
        Assert.Equal(412, (await store.RequestAsync(method, path, body, type, ("If-None-Match", "*"))).Status);
        Assert.Equal(412, (await store.RequestAsync(method, path + "/absent", body, type, ("If-Match", "*"))).Status);
        Assert.Equal("1", await store.GetAsync(path));
        Assert.Equal(202, (await store.RequestAsync(method, path, body, type, ("If-Match", $"\"x\", {current}"))).Status);
        Assert.Equal(body, await store.GetAsync(path));
    }

    [Fact]
    public async Task Of_writers_that_all_compare_and_swap_none_is_lost()
    {
        string path = store.NewPath();
        await store.PutAsync(path, "0");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AddAsync(10)));

        Assert.Equal("80", await store.GetAsync(path));

        async Task AddAsync(int times)
        {
            await using var client = await store.ConnectAsync();
            while (times > 0)
            {
                var read = await client.RequestAsync("GET", path);
                int next = int.Parse(read.Text, CultureInfo.InvariantCulture) + 1;
                var written = await client.RequestAsync("PUT", path, next.ToString(CultureInfo.InvariantCulture), ("If-Match", read.Header("ETag")));
                times -= written.Status == 202 ? 1 : 0;
            }
        }
    }

    [Theory]
    [InlineData("read", "/open/*", "GET", "/open/a", 404)]
    [InlineData("read", "/open/*", "PUT", "/open/a", 403)]
    [InlineData("read", "/open/*", "GET", "/other", 403)]
    [InlineData("write", "/open/*", "PUT", "/open/a", 202)]
    [InlineData("write", "/open/*", "DELETE", "/open/a", 202)]
    [InlineData("write", "/open/*", "PATCH", "/open/a", 202)]
    [InlineData("write", "/open/*", "GET", "/open/a", 403)]
    [InlineData("write", "/open/a/b", "PUT", "/open/a%2Fb", 403)]
    public async Task A_token_allows_what_its_claim_says(string action, string granted, string method, string target, int status)
    {
        await using var secured = await StoreGateway.StartAsync("\"Auth\": \"jwt\"");
        string token = Tokens.For($"\"{action}\"", $"\"{granted}\"");
        (string, string?)[] headers = [("Content-Type", "application/merge-patch+json"), ("Authorization", $"Bearer {token}")];

        var reply = await secured.RequestAsync(method, target, method is "GET" or "DELETE" ? null : "{}", headers);

        Assert.True(reply.Status == status, reply.ToString());
        Assert.Equal(401, (await secured.RequestAsync(method, target)).Status);
        Assert.Equal(status, (await secured.RequestAsync(method, $"{target}?access_token={token}", method is "GET" or "DELETE" ? null : "{}", headers[..1])).Status);
    }

    // Counted are the waits of those who asked for it.
    async Task<double> WaitedAsync() => (await store.Gateway.MetricsAsync()).Sum("gateway_log_commit_latency_seconds_count", ("module", "JsonStore"));
}
