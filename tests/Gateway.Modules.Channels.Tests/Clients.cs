using Gateway.Testing;

namespace Gateway.Modules.Channels.Tests;

/// <summary>WebSockets that are closed together.</summary>
public sealed class Clients : List<WireClient>, IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        foreach (var client in this)
            await client.DisposeAsync();
    }
}
