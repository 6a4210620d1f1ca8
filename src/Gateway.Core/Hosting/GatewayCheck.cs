using Gateway.Core.Connections;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.Core.Hosting;

/// <summary>The gateway's own entry in the health pages: not ready until what is stored has been loaded, and from the moment that it drains.</summary>
sealed class GatewayCheck(ConnectionRegistry connections, TenantHosts tenants) : IHealthCheck
{
    public const string Name = "gateway";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(connections.IsDraining ? HealthCheckResult.Unhealthy("draining")
            : tenants.AreStarted ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("starting"));
}
