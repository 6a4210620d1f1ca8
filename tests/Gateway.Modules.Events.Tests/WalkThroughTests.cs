using System.Diagnostics;
using System.Text.RegularExpressions;
using Gateway.Testing;

namespace Gateway.Modules.Events.Tests;

/// <summary>The commands of the module's README, as they are written there.</summary>
public sealed partial class WalkThroughTests
{
    [SkippableFact]
    public async Task The_commands_of_the_readme_do_what_it_says()
    {
        Skip.IfNot(File.Exists("/bin/bash") && File.Exists("/usr/bin/curl"), "needs bash and curl");
        string[] commands = [.. ShellBlock().Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "src/Gateway.Modules.Events/README.md"))).Select(match => match.Groups[1].Value)];
        Assert.Equal(4, commands.Length);
        using var folder = new TemporaryFolder();
        int port;
        string setUp;
        await using (var process = await StartAsync(folder, 0))
        {
            port = process.Address("Events").Port;
            setUp = commands[0].Replace("127.0.0.1:8080", $"127.0.0.1:{port}", StringComparison.Ordinal);
            await using (Shell.Run(folder, $"{setUp}\n{commands[1]}"))
                await folder.ShowsAsync("stream.txt", """data: {"text":"hello"}""");
            await using (Shell.Run(folder, $"{setUp}\n{{\n{commands[2]}}} > cancelled.txt"))
                await folder.ShowsAsync("cancelled.txt", "\"cancelled\":true");
        }
        await using (await StartAsync(folder, port))
        {
            await using (Shell.Run(folder, $"{setUp}\n{commands[3].Replace("$G/events\n", "$G/events > resumed.txt\n", StringComparison.Ordinal)}"))
                await folder.ShowsAsync("resumed.txt", """data: {"text":"again"}""");
            string resumed = await File.ReadAllTextAsync(Path.Combine(folder.Path, "resumed.txt"));
            Assert.DoesNotContain("hello", resumed, StringComparison.Ordinal);
            Assert.DoesNotContain("never", resumed, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    static Task<GatewayProcess> StartAsync(TemporaryFolder folder, int port) => GatewayProcess.StartAsync($$"""
        { "Urls": "http://127.0.0.1:{{port}}", "DataDirectory": "{{folder.Path}}/data", "Modules": { "Events": { } } }
        """);

    /// <summary>Commands that run until this is disposed, as those do that somebody ends by Ctrl-C.</summary>
    sealed class Shell(Process process) : IAsyncDisposable
    {
        public static Shell Run(TemporaryFolder folder, string commands) =>
            new(Process.Start(new ProcessStartInfo("/bin/bash", ["-c", commands]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true })!);

        public async ValueTask DisposeAsync()
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}

file static class FolderExtensions
{
    /// <summary>Waits until a file holds a text.</summary>
    public static Task ShowsAsync(this TemporaryFolder folder, string file, string text)
    {
        string path = Path.Combine(folder.Path, file);
        return Eventually.BecomesTrueAsync(
            () => File.Exists(path) && File.ReadAllText(path).Contains(text, StringComparison.Ordinal), $"{file} to show {text}", TimeSpan.FromMinutes(2));
    }
}
