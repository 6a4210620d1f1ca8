using System.Diagnostics;

namespace Gateway.Compare.Targets;

/// <summary>Finds and starts the programs of others.</summary>
static class Programs
{
    // Where distributions put servers, which is not on every user's path.
    static readonly string[] Folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/usr/local/sbin"];

    /// <summary>Where a program is; nothing when it is not installed.</summary>
    internal static string? Find(string name) =>
        Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>The first line that a program prints.</summary>
    internal static string FirstLine(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return output.Split('\n')[0].Trim();
    }
}
