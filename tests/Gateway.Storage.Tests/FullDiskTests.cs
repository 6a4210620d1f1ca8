using System.Diagnostics;
using Gateway.Core.Storage;
using Gateway.Testing;
using Xunit.Abstractions;

namespace Gateway.Storage.Tests;

/// <summary>A file system of two megabytes that really fills up.</summary>
public sealed class FullDiskTests(ITestOutputHelper output) : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_full_disk_refuses_writes_until_there_is_room_again_and_loses_nothing_that_was_acknowledged()
    {
        string disk = Directory.CreateDirectory(Path.Combine(_folder.Path, "disk")).FullName;
        Skip.IfNot(await RunAsync("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk), "a small file system cannot be mounted here");
        try
        {
            await FillAsync(Path.Combine(disk, "log"), Path.Combine(disk, "ballast"));
        }
        finally
        {
            Assert.True(await RunAsync("umount", disk));
        }
    }

    static async Task FillAsync(string folder, string ballast)
    {
        File.WriteAllBytes(ballast, new byte[500_000]);
        string record = new('x', 10_000);
        int acknowledged = 0;
        long last;
        await using (var log = ReadBack.Open(folder, out _, new() { SegmentBytes = 200_000, RetryInterval = TimeSpan.FromMilliseconds(20) }))
        {
            var refused = await Assert.ThrowsAsync<LogUnavailableException>(async () =>
            {
                for (; acknowledged < 1000; acknowledged++)
                    await log.AppendDurablyAsync(record);
            });
            Assert.Equal("The log cannot be written: No space left on device. It is tried again and again.", refused.Message);
            Assert.Equal(refused.Message, log.Problem);
            Assert.InRange(acknowledged, 50, 200);
            last = log.LastPosition;

            File.Delete(ballast);
            await Eventually.BecomesTrueAsync(() => !log.IsFailed, "the log to be written again");

            Assert.Equal(last, log.SyncedPosition);
            await log.AppendDurablyAsync("after");
        }

        var read = await ReadBack.FromAsync(folder);
        Assert.Equal(Enumerable.Repeat(record, (int)last).Append("after"), read.Texts);
    }

    async Task<bool> RunAsync(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            output.WriteLine(await process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            output.WriteLine(e.Message);
            return false;
        }
    }
}
