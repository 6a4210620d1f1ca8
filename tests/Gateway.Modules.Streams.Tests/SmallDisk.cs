using System.Diagnostics;
using Gateway.Testing;

namespace Gateway.Modules.Streams.Tests;

/// <summary>A file system in memory that is soon full.</summary>
sealed class SmallDisk : IDisposable
{
    readonly TemporaryFolder _folder = new();

    SmallDisk()
    {
    }

    public string Path => _folder.Path;

    /// <summary>Mounts one; null where that is not allowed.</summary>
    public static async Task<SmallDisk?> TryMountAsync(string size)
    {
        var disk = new SmallDisk();
        if (OperatingSystem.IsLinux() && await Task.Run(() => Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", disk.Path)) == 0)
            return disk;
        disk._folder.Dispose();
        return null;
    }

    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        _folder.Dispose();
    }

    static int Run(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        return process.WaitForExit(TimeSpan.FromSeconds(30)) ? process.ExitCode : throw new TimeoutException($"{program} has not ended.");
    }
}
