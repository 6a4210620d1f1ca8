using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Gateway.Benchmarks.Load;

namespace Gateway.Benchmarks.Events;

/// <summary>The built gateway with nothing but Events enabled, in a folder of its own.</summary>
sealed class EventsServer : IDisposable
{
    const string Program = "src/Gateway.Host/bin/Release/net10.0/Gateway.Host.dll";
    const string Configuration = """{ "Urls": "http://127.0.0.1:0", "Modules": { "Events": {} } }""";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-events-");
    Process _process;

    EventsServer()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "gateway.json"), Configuration);
        Run();
    }

    public Uri Address { get; private set; }

    public ProcessUsage Usage { get; private set; }

    /// <summary>What is in the folder of its data.</summary>
    public long StoredBytes => _folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public static EventsServer Start() => new();

    /// <summary>Kills it, and starts it with the same data; returns when it answers.</summary>
    public void Restart()
    {
        Kill();
        Run();
    }

    public void Dispose()
    {
        Kill();
        _folder.Delete(recursive: true);
    }

    [MemberNotNull(nameof(_process), nameof(Usage), nameof(Address))]
    void Run()
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [FindProgram()]) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true })!;
        Usage = new ProcessUsage(_process.Id);
        Address = ReadAddress();
        // Whatever it prints from now on is taken, so that it never waits for a reader.
        _ = _process.StandardOutput.ReadToEndAsync();
    }

    void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    Uri ReadAddress()
    {
        Uri? address = null;
        while (_process.StandardOutput.ReadLine() is { } line && !line.StartsWith("Gateway ready", StringComparison.Ordinal))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["Events", var url, ..])
                address = new Uri(url);
        }
        return address ?? throw new LoadFault("the gateway ended, or named no address for Events");
    }

    static string FindProgram()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder != null && !File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
            folder = folder.Parent;
        string program = Path.Combine(folder?.FullName ?? "", Program);
        return File.Exists(program) ? program : throw new LoadFault($"{program} is not built: build the host with -c Release first");
    }
}
