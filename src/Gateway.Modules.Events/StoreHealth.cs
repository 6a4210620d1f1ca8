using Gateway.Modules.Events.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.Modules.Events;

/// <summary>Unhealthy while nothing can be written.</summary>
sealed class StoreHealth(EventStore store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(store.Problem is { } problem ? HealthCheckResult.Unhealthy(problem) : HealthCheckResult.Healthy());
}
