using System.Diagnostics;
using Gateway.Benchmarks.Load;

namespace Gateway.Benchmarks.Router;

/// <summary>The built gateway with nothing but the Router and its own Redis.</summary>
sealed class RouterUnderTest : IDisposable
{
    readonly Process _process;
    readonly DirectoryInfo _folder;

    RouterUnderTest(Process process, DirectoryInfo folder, Uri address, Uri redis)
    {
        (_process, _folder, Address, Redis) = (process, folder, address, redis);
        Usage = new ProcessUsage(process.Id);
    }

    public Uri Address { get; }

    public Uri Redis { get; }

    public ProcessUsage Usage { get; }

    public static RouterUnderTest Start(string service)
    {
        var folder = Directory.CreateTempSubdirectory("gateway-load-");
        File.WriteAllText(Path.Combine(folder.FullName, "gateway.json"), $$"""
            {
              "Urls": "http://127.0.0.1:0", "Redis": { "EmbeddedPort": 0 },
              "Modules": { "Router": { "Services": {
                "open": { "RequireAuthentication": false },
                "called": { "RequireAuthentication": false, "OnMessage": "{{service}}" }
              } } }
            }
            """);
        var process = Process.Start(new ProcessStartInfo("dotnet", [ServerUnderTest.FindProgram()])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
        })!;
        Uri? address = null, redis = null;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            switch (line.Split(' '))
            {
                case ["Router", var url, ..]:
                    address = new UriBuilder(url) { Scheme = Uri.UriSchemeWs }.Uri;
                    break;
                case ["redis", var url]:
                    redis = new Uri(url);
                    break;
                case ["Gateway", "ready", ..] when address != null && redis != null:
                    return new(process, folder, address, redis);
            }
        }
        process.WaitForExit();
        folder.Delete(recursive: true);
        throw new LoadFault("the gateway did not start");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
