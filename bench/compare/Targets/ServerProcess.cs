using System.Diagnostics;
using Gateway.Benchmarks.Load;
using Gateway.Compare.Client;

namespace Gateway.Compare.Targets;

/// <summary>A server's process over a folder of its own, which goes with it.</summary>
sealed class ServerProcess : IDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-compare-");
    Process? _process;

    /// <summary>The folder that its files are in.</summary>
    internal string Folder => _folder.FullName;

    /// <summary>Starts a program of others; returns when it listens on the port.</summary>
    internal ProcessUsage Start(int port, string program, IReadOnlyList<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        string last = "";
        _process.OutputDataReceived += (_, line) => last = line.Data ?? last;
        _process.ErrorDataReceived += (_, line) => last = line.Data ?? last;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        long begin = Stopwatch.GetTimestamp();
        while (!Sockets.IsListening(port))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(begin) > StartLimit)
                throw new LoadFault($"{Path.GetFileName(program)} does not listen on port {port}: {last}");
            Thread.Sleep(20);
        }

        return new ProcessUsage(_process.Id);
    }

    public void Dispose()
    {
        _process?.Kill(entireProcessTree: true);
        _process?.WaitForExit();
        _process?.Dispose();
        _folder.Delete(recursive: true);
    }
}
