using Gateway.Core.Configuration;
using Gateway.Core.Modules;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Hosting.Reloading;

/// <summary>
/// Reads the configuration again while the gateway runs. It is checked as a start checks it, by putting a second gateway
/// together that never starts; a fault refuses all of it. Then what can change is changed, and what cannot is named.
/// </summary>
sealed partial class Reload(
    GatewayConfiguration start, ModuleCatalog catalog, ILoggerFactory logs, TenantHosts tenants, DataDirectory data, ModuleAddresses addresses,
    RunningGateway running, ILogger<Reload> log) : IDisposable
{
    readonly SemaphoreSlim _one = new(1);
    readonly SettingsInForce _inForce = new(start.Root);
    volatile ReloadState _last = ReloadState.Started();

    /// <summary>What became of it the last time that there was something to do.</summary>
    public ReloadState Last => _last;

    /// <summary>Does it, after one that is in progress.</summary>
    public async Task<ReloadState> RunAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var state = await ReadAsync().ConfigureAwait(false);
            if (state.Outcome != "unchanged" || state.NeedsRestart.Count > 0 || _last.IsRefused || _last.NeedsRestart.Count > 0)
                _last = state;
            Tell(state);
            return state;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    // Once begun it is not given up half-way.
    async Task<ReloadState> ReadAsync()
    {
        var faults = new ConfigurationFaults();
        var configuration = start.LoadAgain(faults);
        if (await PlanAsync(configuration, faults).ConfigureAwait(false) is not { } plan)
            return ReloadState.Refused(faults.Lines, _last);
        var changes = _inForce.ChangesTo(configuration.Root);
        if (changes.Count == 0)
            return new(DateTimeOffset.UtcNow, "unchanged", [], [], []);
        var failures = new List<string>();
        var before = tenants.All.SelectMany(tenant => tenant.Hosts).ToHashSet();
        await running.TakeAsync(plan, changes, failures).ConfigureAwait(false);
        var reach = new ReloadReach(before, tenants, plan);
        string[] waiting = [.. changes.Where(reach.NeedsRestart)];
        string[] applied = [.. changes.Except(waiting)];
        _inForce.Take(configuration.Root, applied);
        return new(DateTimeOffset.UtcNow, applied.Length > 0 ? "applied" : "unchanged", applied, waiting, failures);
    }

    // Null, and faults, where it is refused.
    async Task<GatewayPlan?> PlanAsync(GatewayConfiguration configuration, ConfigurationFaults faults)
    {
        var candidate = GatewayServer.Build(configuration, catalog, faults);
        if (candidate == null)
            return null;
        await candidate.DisposeAsync().ConfigureAwait(false);
        // Where it listens takes a restart: what is open there must be asked of the addresses of now.
        var plan = GatewayPlan.Create(configuration, new(tenants, data, addresses.AreLoopback), catalog, logs, faults);
        addresses.ReportOpenModules(plan.Tenants, faults);
        return faults.Any ? null : plan;
    }

    void Tell(ReloadState state)
    {
        if (state.IsRefused)
            Refused(string.Join("; ", state.Faults));
        if (state.Applied.Count > 0)
            Applied(string.Join(", ", state.Applied));
        if (state.NeedsRestart.Count > 0 && !state.IsRefused)
            NeedsRestart(string.Join(", ", state.NeedsRestart));
        if (state.Faults.Count > 0 && !state.IsRefused)
            Failed(string.Join("; ", state.Faults));
    }

    [LoggerMessage(1211, LogLevel.Information, "The configuration has changed: {Keys}", EventName = "ConfigurationApplied")]
    partial void Applied(string keys);

    [LoggerMessage(1212, LogLevel.Warning, "The configuration has changes that wait for a restart: {Keys}", EventName = "ConfigurationNeedsRestart")]
    partial void NeedsRestart(string keys);

    [LoggerMessage(1213, LogLevel.Error, "The configuration is refused, and the one before stays in force: {Faults}", EventName = "ConfigurationRefused")]
    partial void Refused(string faults);

    [LoggerMessage(1214, LogLevel.Error, "Something of the configuration could not be started: {Failures}", EventName = "ConfigurationFailed")]
    partial void Failed(string failures);
}
