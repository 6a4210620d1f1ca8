using System.Diagnostics;
using Gateway.Benchmarks.Load;

namespace Gateway.Benchmarks.Events;

/// <summary>The built gateway with nothing but Events enabled, in a folder of its own.</summary>
sealed class EventsServer : IDisposable
{
    const string Program = "src/Gateway.Host/bin/Release/net10.0/Gateway.Host.dll";
    const string Configuration = """{ "Urls": "http://127.0.0.1:0", "Modules": { "Events": {} } }""";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-events-");
    readonly Process _process;

    EventsServer()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "gateway.json"), Configuration);
        _process = Process.Start(new ProcessStartInfo("dotnet", [FindProgram()]) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true })!;
        Usage = new ProcessUsage(_process.Id);
        Address = ReadAddress();
        // Whatever it prints from now on is taken, so that it never waits for a reader.
        _ = _process.StandardOutput.ReadToEndAsync();
    }

    public Uri Address { get; }

    public ProcessUsage Usage { get; }

    public static EventsServer Start() => new();

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
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
