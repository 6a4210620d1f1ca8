using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Gateway.Benchmarks.Load;

/// <summary>The gateway that was built with <c>-c Release</c>, as a process of its own over a folder that outlives a restart.</summary>
sealed class BuiltGateway : IDisposable
{
    const string Program = "src/Gateway.Host/bin/Release/net10.0/Gateway.Host.dll";
    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-bench-");
    readonly ConcurrentDictionary<string, Uri> _addresses = new();
    Process _process;

    /// <summary>Starts it; returns when it is ready.</summary>
    /// <param name="settings">The text of its gateway.json.</param>
    internal BuiltGateway(string settings)
    {
        try
        {
            File.WriteAllText(Path.Combine(_folder.FullName, "gateway.json"), settings);
            Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the process has used since its start.</summary>
    internal ProcessUsage Usage { get; private set; }

    /// <summary>The folder that all its files are in.</summary>
    internal string Folder => _folder.FullName;

    /// <summary>How many bytes its folder holds.</summary>
    internal long StoredBytes => _folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>The address that a start line names, of a module or of <c>redis</c>.</summary>
    internal Uri Address(string name) =>
        _addresses.GetValueOrDefault(name) ?? throw new LoadFault($"the gateway named no address for {name}");

    /// <summary>Kills it, as a crash does, and starts it again with the same data.</summary>
    /// <returns>The time from the start until it is ready.</returns>
    internal TimeSpan Restart()
    {
        Kill();
        long start = Stopwatch.GetTimestamp();
        Start();
        return Stopwatch.GetElapsedTime(start);
    }

    public void Dispose()
    {
        Kill();
        _folder.Delete(recursive: true);
    }

    [MemberNotNull(nameof(_process), nameof(Usage))]
    void Start()
    {
        _addresses.Clear();
        _process = Process.Start(new ProcessStartInfo("dotnet", [FindProgram()]) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true })!;
        Usage = new ProcessUsage(_process.Id);
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.OutputDataReceived += (_, line) => Read(line.Data, ready);
        // Its output is emptied to the end, so that it never blocks on a full pipe.
        _process.BeginOutputReadLine();
        if (!ready.Task.Wait(StartLimit))
            throw new LoadFault($"the gateway was not ready within {StartLimit.TotalSeconds} s");
        if (!ready.Task.Result)
            throw new LoadFault("the gateway ended before it was ready");
    }

    void Read(string? line, TaskCompletionSource<bool> ready)
    {
        if (line is null)
            ready.TrySetResult(false);
        else if (line.StartsWith("Gateway ready", StringComparison.Ordinal))
            ready.TrySetResult(true);
        else if (line.Split(' ') is [var name, var text, ..] && Uri.TryCreate(text, UriKind.Absolute, out var address))
            _addresses.TryAdd(name, address);
    }

    void Kill()
    {
        _process?.Kill(entireProcessTree: true);
        _process?.WaitForExit();
        _process?.Dispose();
    }

    static string FindProgram()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
                continue;
            string program = Path.Combine(folder.FullName, Program);
            return File.Exists(program) ? program : throw new LoadFault($"{program} is not built: build the host with -c Release first");
        }

        throw new LoadFault($"no Gateway.sln above {AppContext.BaseDirectory}");
    }
}
