using Gateway.Core.Auth;
using Gateway.Core.Connections;
using Gateway.Core.Connections.Transports;
using Gateway.Core.Diagnostics;
using Gateway.Core.Tenants;
using Gateway.Testing;

namespace Gateway.Core.Tests.Connections;

/// <summary>Real connections on sender loops of their own; only their transports are scripted.</summary>
sealed class ScriptedClients(
    int loops = 1, long queueBytes = 64 * 1024 * 1024, SlowConsumerPolicy policy = SlowConsumerPolicy.Disconnect,
    WebSocketSettings? webSocket = null, TenantLimitOptions? limits = null) : IDisposable
{
    public SenderLoops Loops { get; } = SenderLoops.OfThreads(loops);

    public ModuleMetrics Metrics => Settings.Metrics;

    public ConnectionSettings Settings { get; } = new()
    {
        Tenant = new Tenant(Tenant.DefaultName, limits ?? new(), new Revocations("none"), TimeProvider.System),
        Module = "Test",
        Metrics = new ModuleMetrics(Tenant.DefaultName, "Test", _ => { }, _ => { }),
        QueueBytes = queueBytes,
        SlowConsumer = policy,
        WebSocket = webSocket ?? new(),
    };

    public (WebSocketConnection Connection, ScriptedTransport Transport) Connect()
    {
        var transport = new ScriptedTransport();
        return (new WebSocketConnection(Settings, transport, Loops.Next(), null, Identity.Open), transport);
    }

    /// <summary>Waits until every loop has done what had been posted to it before.</summary>
    public async Task SettleAsync()
    {
        for (var i = 0; i < Loops.Count; i++)
            (await Stall.OfAsync(Loops[i])).Dispose();
    }

    public void Dispose() => Loops.Dispose();

    public static Task SentAsync(ScriptedTransport transport, long bytes) =>
        Eventually.BecomesTrueAsync(() => transport.SentBytes >= bytes, $"{bytes} bytes on the wire");
}
