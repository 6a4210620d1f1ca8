using Gateway.Modules.JsonStore.Storage;
using Microsoft.Extensions.Hosting;

namespace Gateway.Modules.JsonStore;

/// <summary>Opens the store before the gateway listens, and closes it when it no longer does.</summary>
sealed class StoreService(DocumentStore store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.Run(store.OpenAsync, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => store.DisposeAsync().AsTask();
}
