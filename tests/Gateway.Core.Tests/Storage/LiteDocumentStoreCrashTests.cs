using System.Diagnostics;
using System.Globalization;
using Gateway.Core.Storage;
using Gateway.Testing;

namespace Gateway.Core.Tests.Storage;

public sealed class LiteDocumentStoreCrashTests : IDisposable
{
    // More by the variable GATEWAY_KILLS, for an hour of patience.
    static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("GATEWAY_KILLS") ?? "3", CultureInfo.InvariantCulture);

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task What_was_answered_is_there_after_the_process_is_killed_at_any_moment() =>
        KillAsync((path, next, kill) => RunUntilKilledAsync(path, next, answers: 5 + 7 * kill % 20));

    [Fact]
    public Task What_was_answered_is_there_after_the_process_is_killed_right_then() =>
        KillAsync((path, next, kill) => RunUntilItKillsItselfAsync(path, next, last: (next + 5 + kill % 5) / 3 * 3 + 1));

    async Task KillAsync(Func<string, int, int, Task<List<int>>> run)
    {
        var path = Path.Combine(_folder.Path, "store.db");
        var there = new HashSet<int>();
        // The process may have been killed in the middle of what comes after its last answer.
        var unknown = new HashSet<int>();
        for (var (kill, next) = (0, 1); kill < Kills; kill++)
        {
            var answers = await run(path, next, kill);
            foreach (var answer in answers)
                _ = answer > 0 ? there.Add(answer) : there.Remove(-answer);
            next = Math.Abs(answers[^1]) + 1;
            // An answered insert is followed by its removal or by the next insert, an answered removal by the next insert.
            unknown.Add(answers[^1] > 0 && answers[^1] % 3 == 0 ? answers[^1] : next);
            next++;

            using var store = new LiteDocumentStore(path);
            var found = store.Collection<string>("numbers").List(null, int.MaxValue)
                .ToDictionary(entry => int.Parse(entry.Key, CultureInfo.InvariantCulture), entry => entry.Value);
            Assert.Empty(there.Except(unknown).Except(found.Keys));
            Assert.Empty(found.Keys.Except(there).Except(unknown));
            Assert.All(found, entry => Assert.Equal(StoreWriter.Text(entry.Key), entry.Value));
        }
    }

    /// <summary>Kills it at any moment.</summary>
    static async Task<List<int>> RunUntilKilledAsync(string path, int first, int answers)
    {
        using var process = Process.Start(StoreWriter.Command(path, first, last: 0))!;
        var lines = new List<int>();
        while (lines.Count < answers && await process.StandardOutput.ReadLineAsync() is { } line)
            lines.Add(int.Parse(line, CultureInfo.InvariantCulture));
        process.Kill();
        // What it had answered before it was gone counts as well; a line cut in two does not.
        lines.AddRange(Numbers(await process.StandardOutput.ReadToEndAsync()));
        await process.WaitForExitAsync();
        return lines;
    }

    /// <summary>Lets it kill itself right after a write has returned: sooner than anybody else could.</summary>
    static async Task<List<int>> RunUntilItKillsItselfAsync(string path, int first, int last)
    {
        using var process = Process.Start(StoreWriter.Command(path, first, last))!;
        var lines = Numbers(await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(last - 1, Math.Abs(lines[^1]));
        return [.. lines, last];
    }

    static List<int> Numbers(string lines) => [.. lines.Split('\n')[..^1].Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
}
