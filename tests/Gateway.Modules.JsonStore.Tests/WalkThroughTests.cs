using System.Collections.Concurrent;
using System.Diagnostics;
using Gateway.Testing;
using Gateway.Testing.Browser;

namespace Gateway.Modules.JsonStore.Tests;

/// <summary>The commands of the README's section "Try it", as they stand there but for the port.</summary>
public class WalkThroughTests(Chromium chromium) : IClassFixture<Chromium>
{
    static readonly string[] Blocks = [.. ReadBlocks()];

    [SkippableFact]
    public async Task The_commands_of_the_README_do_what_it_says()
    {
        Skip.IfNot(File.Exists("/usr/bin/curl"), "/usr/bin/curl is not installed");
        await using var context = await chromium.Browser.NewContextAsync();
        await using var store = new StoreProcess();
        await store.StartAsync();

        string written = await RunAsync(store, Blocks[0], "\"hello\"");
        Assert.Contains("202 Accepted", written, StringComparison.Ordinal);

        var page = await context.NewPageAsync();
        var printed = new ConcurrentQueue<string>();
        page.Console += (_, message) => printed.Enqueue(message.Text);
        await page.GotoAsync(Here(store, "http://127.0.0.1:8080/json/page"));
        Assert.Contains("hello", await page.ContentAsync(), StringComparison.Ordinal);
        await page.EvaluateAsync($"() => {{ {Here(store, Blocks[1])} }}");
        await PrintsAsync("title: hello, visits: 1");

        await RunAsync(store, Blocks[2], """data: {"title":"changed","visits":2}""");
        await PrintsAsync("title: changed, visits: 2");

        await store.KillAsync();
        await store.StartAsync();
        await RunAsync(store, Blocks[3], """{"page":{"title":"changed","visits":2}}""");

        Task PrintsAsync(string expected) => Eventually.BecomesTrueAsync(
            () => printed.Any(line => line.Contains(expected, StringComparison.Ordinal)), $"\"{expected}\" in the browser's console");
    }

    // Until it has printed what is expected: the last command of a block may go on for ever.
    static async Task<string> RunAsync(StoreProcess store, string commands, string expected)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", Here(store, commands)]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            string printed = "";
            var buffer = new char[1024];
            while (!printed.Contains(expected, StringComparison.Ordinal))
            {
                int read = await process.StandardOutput.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
                Assert.True(read > 0, $"it printed {printed}");
                printed += new string(buffer, 0, read);
            }
            return printed;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    static string Here(StoreProcess store, string text) =>
        text.Replace("127.0.0.1:8080", store.Process.Address("JsonStore").Authority, StringComparison.Ordinal);

    static IEnumerable<string> ReadBlocks()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "src", "Gateway.Modules.JsonStore", "README.md"));
        string section = readme.Split("\n## ").Single(section => section.StartsWith("Try it\n", StringComparison.Ordinal));
        // Every second part lies between fences; its first line is the language.
        return section.Split("```").Where((_, i) => i % 2 == 1).Select(block => block[(block.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
    }
}
