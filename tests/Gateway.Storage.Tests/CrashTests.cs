using System.Diagnostics;
using System.Globalization;
using Gateway.Testing;

namespace Gateway.Storage.Tests;

public sealed class CrashTests : IDisposable
{
    // More by the variable, for an hour of patience.
    static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("GATEWAY_TEST_KILLS") ?? "10", CultureInfo.InvariantCulture);

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_acknowledged_is_there_after_each_of_many_kills_at_random_moments()
    {
        var random = new Random();
        long promised = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            promised = Math.Max(promised, await RunUntilKilledAsync(answers: random.Next(1, 2000)));

            await using var log = LogWriterProcess.Open(_folder.Path);
            Assert.True(log.LastPosition >= promised, $"Kill {kill}: record {promised} was acknowledged and the last one is {log.LastPosition}.");
            promised = log.LastPosition;
        }
    }

    /// <returns>The highest position that was acknowledged.</returns>
    async Task<long> RunUntilKilledAsync(int answers)
    {
        using var process = Process.Start(LogWriterProcess.Command(_folder.Path))!;
        var lines = new List<string>();
        while (lines.Count < answers && await process.StandardOutput.ReadLineAsync() is { } line)
            lines.Add(line);
        bool wasRunning = !process.HasExited;
        process.Kill();
        // What it had acknowledged before it was gone counts as well; a line cut in two does not.
        lines.AddRange((await process.StandardOutput.ReadToEndAsync()).Split('\n')[..^1]);
        await process.WaitForExitAsync();
        Assert.True(wasRunning, "The process ended by itself.");
        return lines.Max(line => long.Parse(line, CultureInfo.InvariantCulture));
    }
}
