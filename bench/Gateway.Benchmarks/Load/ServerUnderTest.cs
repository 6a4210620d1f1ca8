using System.Diagnostics;

namespace Gateway.Benchmarks.Load;

/// <summary>The server that is measured: one that runs already, or the built gateway with nothing but one module enabled.</summary>
sealed class ServerUnderTest : IDisposable
{
    const string Program = "src/Gateway.Host/bin/Release/net10.0/Gateway.Host.dll";
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
        options is { Url: { } url, ProcessId: { } processId } ? new(url, processId) : Start("Channels", url => new UriBuilder($"{url}/bench") { Scheme = Uri.UriSchemeWs }.Uri);

    /// <summary>The built gateway with nothing but a module enabled.</summary>
    /// <param name="module">The module.</param>
    /// <param name="address">Makes the address that clients connect to from that of the start line.</param>
    internal static ServerUnderTest Start(string module, Func<string, Uri> address)
    {
        var folder = Directory.CreateTempSubdirectory("gateway-load-");
        File.WriteAllText(Path.Combine(folder.FullName, "gateway.json"), $$"""{ "Urls": "http://127.0.0.1:0", "Modules": { "{{module}}": {} } }""");
        var process = Process.Start(new ProcessStartInfo("dotnet", [FindProgram()])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
        })!;
        try
        {
            return new(ReadAddress(process, module, address), process, folder);
        }
        catch
        {
            Stop(process);
            folder.Delete(recursive: true);
            throw;
        }
    }

    public void Dispose()
    {
        Stop(_process);
        _folder?.Delete(recursive: true);
    }

    internal static string FindProgram()
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
    static Uri ReadAddress(Process process, string module, Func<string, Uri> make)
    {
        string? address = null;
        var ready = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Split(' ') is [var name, var url, ..] && name == module)
                address = url;
            if (line.Data is null || line.Data.StartsWith("Gateway ready", StringComparison.Ordinal))
                ready.TrySetResult(address);
        };
        process.BeginOutputReadLine();
        if (!ready.Task.Wait(StartLimit))
            throw new LoadFault($"the gateway was not ready within {StartLimit.TotalSeconds} s");
        return ready.Task.Result is { } found
            ? make(found)
            : throw new LoadFault($"the gateway ended, or named no address for {module}");
    }

    static void Stop(Process? process)
    {
        process?.Kill(entireProcessTree: true);
        process?.WaitForExit();
        process?.Dispose();
    }
}
