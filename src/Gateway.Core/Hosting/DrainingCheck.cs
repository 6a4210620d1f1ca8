using Gateway.Core.Connections;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.Core.Hosting;

/// <summary>The gateway's own entry in the health pages: not ready from the moment that it drains.</summary>
sealed class DrainingCheck(ConnectionRegistry connections) : IHealthCheck
{
    public const string Name = "gateway";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(connections.IsDraining ? HealthCheckResult.Unhealthy("draining") : HealthCheckResult.Healthy());
}
