using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.Core.Hosting.Reloading;

/// <summary>
/// The configuration's entry in the health pages. A file that was refused does not make the gateway less ready: the one
/// before is in force. Why it was refused is for operators only.
/// </summary>
sealed class ConfigurationCheck(Reload reload) : IHealthCheck
{
    public const string Name = "configuration";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(reload.Last switch
        {
            { IsRefused: true } state => HealthCheckResult.Degraded(
                $"refused at {state.At:u}, and the one before is in force; /admin/api/reload has its {state.Faults.Count} faults"),
            { NeedsRestart.Count: > 0 } state => HealthCheckResult.Healthy($"{state.NeedsRestart.Count} settings wait for a restart; /admin/api/reload has their names"),
            _ => HealthCheckResult.Healthy(),
        });
}
