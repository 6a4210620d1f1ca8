using Gateway.Core.Redis;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.Modules.Router;

/// <summary>The module's entry in the health pages: while Redis is away, clients stay, but nothing is pushed to them.</summary>
sealed class RouterHealth(RedisConnection redis) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(redis.IsConnected ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("Redis is away"));
}
