using System.ComponentModel;
using System.Diagnostics;

namespace Gateway.Testing;

/// <summary>A file system in memory that is soon full.</summary>
public sealed class SmallDisk : IDisposable
{
    /// <summary>The reason to skip a test where none can be mounted.</summary>
    public const string NotHere = "a file system of a few megabytes cannot be mounted here";

    readonly TemporaryFolder _folder = new();

    SmallDisk()
    {
    }

    /// <summary>Where it is mounted.</summary>
    public string Path => _folder.Path;

    string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Mounts one; null where that is not allowed.</summary>
    public static SmallDisk? TryMount(int megabytes)
    {
        var disk = new SmallDisk();
        if (OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path))
            return disk;
        disk._folder.Dispose();
        return null;
    }

    /// <summary>Takes all the room that there is, but for some bytes.</summary>
    public void Fill(int butFor = 0)
    {
        using var file = new FileStream(Ballast, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Position = file.Length;
        var block = new byte[4096];
        try
        {
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            file.SetLength(Math.Max(0, file.Length - butFor));
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Clear() => File.Delete(Ballast);

    /// <inheritdoc/>
    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        _folder.Dispose();
    }

    static bool Run(string program, params IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
