namespace Gateway.Benchmarks.Load;

/// <summary>The server that is measured: one that runs already, or the built gateway with nothing but Channels enabled.</summary>
sealed class ServerUnderTest : IDisposable
{
    const string Settings = """{ "Urls": "http://127.0.0.1:0", "Modules": { "Channels": {} } }""";

    readonly BuiltGateway? _gateway;

    ServerUnderTest(Uri channel, ProcessUsage usage, BuiltGateway? gateway) => (Channel, Usage, _gateway) = (channel, usage, gateway);

    /// <summary>The address that publisher and subscribers connect to.</summary>
    internal Uri Channel { get; }

    /// <summary>What the server has used.</summary>
    internal ProcessUsage Usage { get; }

    internal static ServerUnderTest For(LoadOptions options)
    {
        if (options is { Url: { } url, ProcessId: { } processId })
            return new(url, new ProcessUsage(processId), null);
        var gateway = new BuiltGateway(Settings);
        return new(new UriBuilder($"{gateway.Address("Channels")}/bench") { Scheme = Uri.UriSchemeWs }.Uri, gateway.Usage, gateway);
    }

    public void Dispose() => _gateway?.Dispose();
}
