using Gateway.Testing;

namespace Gateway.Modules.JsonStore.Tests;

/// <summary>The built gateway, started again and again over the same data.</summary>
sealed class StoreProcess : IAsyncDisposable
{
    readonly TemporaryFolder _folder = new();
    GatewayProcess? _process;

    /// <summary>Where the store's log is.</summary>
    public string LogFolder => Path.Combine(_folder.Path, "jsonstore");

    /// <summary>A file in the data directory.</summary>
    public string File(string name) => Path.Combine(_folder.Path, name);

    public GatewayProcess Process => _process ?? throw new InvalidOperationException("It has not been started.");

    public Uri Address => Process.Address("JsonStore", 1);

    /// <param name="options">Further settings of the module, such as <c>MaxDepth=5</c>.</param>
    public async Task StartAsync(params string[] options) => _process = await GatewayProcess.StartAsync(Configuration(options));

    /// <summary>A start that is expected to fail.</summary>
    public Task<(int ExitCode, string Stdout, string Stderr)> RunAsync(params string[] options) => GatewayProcess.RunAsync(Configuration(options));

    /// <summary>Kills it at once, as <c>kill -9</c> does.</summary>
    public async Task KillAsync() => await Process.DisposeAsync();

    /// <summary>Stops it as a service manager does.</summary>
    public async Task StopAsync()
    {
        Process.Signal(GatewayProcess.SigTerm);
        Assert.Equal(0, await Process.ExitAsync(TimeSpan.FromMinutes(1)));
        await Process.DisposeAsync();
    }

    public async Task<HttpReply> RequestAsync(string method, string target, string? body = null, params (string Name, string? Value)[] headers)
    {
        await using var client = await WireClient.ConnectAsync(Address);
        return await client.RequestAsync(method, target, body, headers);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process != null)
            await _process.DisposeAsync();
        _folder.Dispose();
    }

    string Configuration(string[] options) => $$"""
        {
          "Urls": "http://127.0.0.1:0",
          "DataDirectory": "{{_folder.Path}}",
          "Modules": { "JsonStore": { "Listen": "http://127.0.0.1:0" {{string.Concat(options.Select(option => ", " + option))}} } }
        }
        """;
}
