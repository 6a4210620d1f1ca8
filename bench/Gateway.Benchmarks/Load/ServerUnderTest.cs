using System.Diagnostics;

namespace Gateway.Benchmarks.Load;

/// <summary>The server that is measured: one that runs already, or the built gateway with nothing but Channels enabled.</summary>
sealed class ServerUnderTest : IDisposable
{
    const string Program = "src/Gateway.Host/bin/Release/net10.0/Gateway.Host.dll";
    const string Configuration = """{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": { "Path": "/channels" } } }""";
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    readonly Process? _process;
    readonly DirectoryInfo? _folder;

    ServerUnderTest(Uri channel, int processId) => (Channel, Usage) = (channel, new ProcessUsage(processId));

    ServerUnderTest(Uri channel, Process process, DirectoryInfo folder)
        : this(channel, process.Id) => (_process, _folder) = (process, folder);

    /// <summary>The address that publisher and subscribers connect to.</summary>
    internal Uri Channel { get; }

    /// <summary>What the server has used.</summary>
    internal ProcessUsage Usage { get; }

    internal static ServerUnderTest For(LoadOptions options) =>
        options is { Url: { } url, ProcessId: { } processId } ? new(url, processId) : Start();

    public void Dispose()
    {
        Stop(_process);
        _folder?.Delete(recursive: true);
    }

    static ServerUnderTest Start()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-load-");
        File.WriteAllText(Path.Combine(folder.FullName, "gateway.json"), Configuration);
        var process = Process.Start(new ProcessStartInfo("dotnet", [FindProgram()])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
        })!;
        try
        {
            return new(ReadChannel(process), process, folder);
        }
        catch
        {
            Stop(process);
            folder.Delete(recursive: true);
            throw;
        }
    }

    static string FindProgram()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
                continue;
            var program = Path.Combine(folder.FullName, Program);
            return File.Exists(program) ? program : throw new LoadFault($"{program} is not built: build the host with -c Release first");
        }

        throw new LoadFault($"no Gateway.sln above {AppContext.BaseDirectory}");
    }

    /// <summary>Waits until the gateway says that it is ready, and goes on emptying its output so that it never blocks on a full pipe.</summary>
    static Uri ReadChannel(Process process)
    {
        string? address = null;
        var ready = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Split(' ') is ["Channels", var url, ..])
                address = url;
            if (line.Data is null || line.Data.StartsWith("Gateway ready", StringComparison.Ordinal))
                ready.TrySetResult(address);
        };
        process.BeginOutputReadLine();
        if (!ready.Task.Wait(StartLimit))
            throw new LoadFault($"the gateway was not ready within {StartLimit.TotalSeconds} s");
        return ready.Task.Result is { } found
            ? new UriBuilder($"{found}/bench") { Scheme = Uri.UriSchemeWs }.Uri
            : throw new LoadFault("the gateway ended, or named no address for Channels");
    }

    static void Stop(Process? process)
    {
        process?.Kill(entireProcessTree: true);
        process?.WaitForExit();
        process?.Dispose();
    }
}
