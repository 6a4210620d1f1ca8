namespace Gateway.Modules.JsonStore.Tests;

public class PathTests(StoreGateway store) : IClassFixture<StoreGateway>
{
    [Theory]
    [InlineData("/paths/a/b", """{"a":{"b":1}}""")]
    [InlineData("/paths/a/", """{"a":{"":1}}""")]
    [InlineData("/paths//a", """{"":{"a":1}}""")]
    [InlineData("/paths/a//b", """{"a":{"":{"b":1}}}""")]
    [InlineData("/paths/a%2Fb", """{"a/b":1}""")]
    [InlineData("/paths/a+b", """{"a+b":1}""")]
    [InlineData("/paths/%zz", """{"%zz":1}""")]
    [InlineData("/paths/%4", """{"%4":1}""")]
    [InlineData("/paths/%ff", "{\"\uFFFD\":1}")]
    [InlineData("/paths/%C3%A4", """{"ä":1}""")]
    [InlineData("/paths/a/../b", """{"a":{"..":{"b":1}}}""")]
    [InlineData("/paths/.", """{".":1}""")]
    [InlineData("/paths/a?durable&x=/y", """{"a":1}""")]
    [InlineData("http://localhost/paths/a", """{"a":1}""")]
    public async Task A_path_is_split_and_then_decoded(string target, string document)
    {
        await using var fresh = await StoreGateway.StartAsync();
        var host = ("Host", "localhost");
        Assert.Equal(202, (await fresh.RequestAsync("PUT", target, "1", host)).Status);

        Assert.Equal(document, await fresh.GetAsync("/paths"));
        Assert.Equal("1", (await fresh.RequestAsync("GET", target, null, host)).Text);
    }

    [Theory]
    [InlineData("//", """{"":{"":1}}""")]
    [InlineData("//a", """{"":{"a":1}}""")]
    [InlineData("/a", """{"a":1}""")]
    [InlineData("/", "1")]
    public async Task One_leading_slash_is_dropped_and_no_more(string target, string document)
    {
        await using var fresh = await StoreGateway.StartAsync();
        await fresh.PutAsync(target, "1");

        Assert.Equal(document, await fresh.GetAsync("/"));
    }

    [Fact]
    public async Task Both_doors_lead_to_the_same_document()
    {
        await store.PutAsync("/doors/a", "1");
        await using var shared = await Gateway.Testing.WireClient.ConnectAsync(store.Gateway.Address("JsonStore"));

        Assert.Equal("""{"a":1}""", (await shared.RequestAsync("GET", "/json/doors")).Text);
        Assert.Equal(202, (await shared.RequestAsync("PUT", "/json/doors//", "2")).Status);
        Assert.Equal("""{"":{"":2},"a":1}""", await store.GetAsync("/doors"));
        Assert.Contains("\"doors\":", (await shared.RequestAsync("GET", "/json")).Text, StringComparison.Ordinal);
    }
}
