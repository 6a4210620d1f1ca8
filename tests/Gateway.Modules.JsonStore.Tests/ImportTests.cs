namespace Gateway.Modules.JsonStore.Tests;

public class ImportTests
{
    const string Import = "\"ImportFrom\": \"{0}\"";

    [Fact]
    public async Task An_Icepeak_file_and_its_journal_are_read_once()
    {
        await using var store = new StoreProcess();
        string file = store.File("icepeak.json");
        const string Data = """{"z":1e3,"a":{"b":1},"gone":true}""";
        await File.WriteAllTextAsync(file, Data);
        const string Journal = """
            {"op":"put","path":["a","b"],"value":{"c":2.50}}
            {"op":"delete","path":["gone"]}
            nonsense
            {"op":"put","path":["a/b",""],"value":null}
            {"op":"put","path":["a"
            """;
        await File.WriteAllTextAsync(file + ".journal", Journal);
        string import = Import.Replace("{0}", file, StringComparison.Ordinal);

        await store.StartAsync(import);
        const string Imported = """{"a":{"b":{"c":2.50}},"a/b":{"":null},"z":1e3}""";
        Assert.Equal(Imported, (await store.RequestAsync("GET", "/")).Text);
        Assert.Equal(202, (await store.RequestAsync("PUT", "/z?durable", "4")).Status);
        await store.KillAsync();
        Assert.Equal((Data, Journal), (await File.ReadAllTextAsync(file), await File.ReadAllTextAsync(file + ".journal")));

        File.Delete(file);
        await store.StartAsync(import);
        Assert.Equal(Imported.Replace("1e3", "4", StringComparison.Ordinal), (await store.RequestAsync("GET", "/")).Text);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{\"a\":", "not JSON")]
    [InlineData("[[[[[[1]]]]]]", "levels deep")]
    [InlineData(null, "cannot be read")]
    public async Task A_file_that_is_none_stops_the_start_and_leaves_the_next_one_free(string? text, string says)
    {
        await using var store = new StoreProcess();
        string file = store.File("icepeak.json");
        if (text != null)
            await File.WriteAllTextAsync(file, text);
        string[] options = [Import.Replace("{0}", file, StringComparison.Ordinal), "\"MaxDepth\": 5"];

        var (exitCode, _, stderr) = await store.RunAsync(options);
        Assert.Equal(2, exitCode);
        Assert.Contains("Modules:JsonStore:ImportFrom", stderr, StringComparison.Ordinal);
        Assert.Contains(says, stderr, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, "[1]");
        await store.StartAsync(options);
        Assert.Equal("[1]", (await store.RequestAsync("GET", "/")).Text);
    }
}
