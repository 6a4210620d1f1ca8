using Gateway.Testing;

namespace Gateway.Host.Tests;

/// <summary>One gateway for all tests of a class that leave it as it was.</summary>
public sealed class ChannelsGateway : IAsyncLifetime
{
    GatewayProcess? _gateway;

    internal GatewayProcess Process => _gateway!;

    internal Uri Address => Process.Address("Channels");

    public async Task InitializeAsync() => _gateway = await GatewayProcess.StartAsync(Run.Channels);

    public async Task DisposeAsync() => await Process.DisposeAsync();
}
