using System.Runtime.InteropServices;
using Gateway.Core.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Hosting.Reloading;

/// <summary>
/// Reloads when a configuration file changes, and at SIGHUP. The text of the files is compared every second rather than
/// watched for: that sees through links and mounts, as a ConfigMap is exchanged. A text counts once it is the same at two
/// looks, as some programs write a file in pieces.
/// </summary>
sealed partial class ConfigurationWatch(GatewayConfiguration configuration, Reload reload, ILogger<ConfigurationWatch> log) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _asked = new(0);

    public override void Dispose()
    {
        base.Dispose();
        _asked.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string known = configuration.ReadFiles();
        string seen = known;
        using var signal = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
        while (true)
        {
            bool asked = await _asked.WaitAsync(Interval, stoppingToken).ConfigureAwait(false);
            string text = configuration.ReadFiles();
            bool changed = text != known && text == seen;
            seen = text;
            if (!asked && !changed)
                continue;
            known = text;
            await ReloadAsync(stoppingToken).ConfigureAwait(false);
        }
    }

    async Task ReloadAsync(CancellationToken stopping)
    {
        try
        {
            await reload.RunAsync(stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The next change is read all the same.
            Failed(e);
        }
    }

    void OnSignal(PosixSignalContext signal)
    {
        // Else it would end the process.
        signal.Cancel = true;
        _asked.Release();
    }

    [LoggerMessage(1215, LogLevel.Error, "Reading the configuration again failed", EventName = "ReloadFailed")]
    partial void Failed(Exception exception);
}
