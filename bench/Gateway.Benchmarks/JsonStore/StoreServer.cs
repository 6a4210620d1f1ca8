using System.Diagnostics;
using System.Net;
using Gateway.Benchmarks.Load;

namespace Gateway.Benchmarks.JsonStore;

/// <summary>The built gateway with JsonStore, and with Channels to compare with, over data that outlives it.</summary>
sealed class StoreServer : IDisposable
{
    const string Program = "src/Gateway.Host/bin/Release/net10.0/Gateway.Host.dll";
    const string Configuration = """{ "Urls": "http://127.0.0.1:0", "Modules": { "JsonStore": { "MaxBodyBytes": 0 }, "Channels": {} } }""";
    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-jsonstore-");
    Process _process;

    public StoreServer()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "gateway.json"), Configuration);
        _process = Start();
    }

    public IPEndPoint Address { get; private set; } = new(IPAddress.Loopback, 0);

    public ProcessUsage Usage => new(_process.Id);

    /// <summary>Kills it, as a crash does, and starts it again.</summary>
    /// <returns>The time from the start until it accepts connections.</returns>
    public TimeSpan Restart()
    {
        Stop();
        long start = Stopwatch.GetTimestamp();
        _process = Start();
        return Stopwatch.GetElapsedTime(start);
    }

    public void Dispose()
    {
        Stop();
        _folder.Delete(recursive: true);
    }

    Process Start()
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [FindProgram()]) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true })!;
        using var ready = new ManualResetEventSlim();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Split(' ') is ["JsonStore", var url, ..])
                Address = new(IPAddress.Loopback, new Uri(url).Port);
            if (line.Data is null || line.Data.StartsWith("Gateway ready", StringComparison.Ordinal))
                ready.Set();
        };
        process.BeginOutputReadLine();
        if (!ready.Wait(StartLimit) || process.HasExited)
            throw new LoadFault("the gateway did not start");
        return process;
    }

    void Stop()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    static string FindProgram()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string program = Path.Combine(folder.FullName, Program);
            if (File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
                return File.Exists(program) ? program : throw new LoadFault($"{program} is not built: build the host with -c Release first");
        }
        throw new LoadFault($"no Gateway.sln above {AppContext.BaseDirectory}");
    }
}
