using System.Diagnostics.Metrics;
using Gateway.Core.Diagnostics;
using Gateway.Core.Tenants;
using Gateway.Modules.JsonStore.Push;
using Gateway.Modules.JsonStore.Storage;

namespace Gateway.Modules.JsonStore;

/// <summary>
/// What there is to know of a document and its subscribers beside what the core counts of connections and logs. The
/// instruments outlive the module: once it has been switched off they show nothing, and hold nothing of it.
/// </summary>
sealed class JsonStoreMetrics : IDisposable
{
    readonly Tenant _tenant;
    volatile Shown? _shown;

    /// <summary>Creates the instruments.</summary>
    public JsonStoreMetrics(IMeterFactory factory, Tenant tenant, DocumentStore store, SubscriptionIndex index)
    {
        (_tenant, _shown) = (tenant, new(store, index));
        var meter = factory.Create(GatewayMetrics.MeterName);
        meter.CreateObservableGauge("gateway.jsonstore.document", () => Measure(shown => shown.Store.Current.Root.Bytes), "By", "Length of the document as text.");
        meter.CreateObservableCounter("gateway.jsonstore.revisions", () => Measure(shown => shown.Store.Changes), description: "Changes of the document since the start.");
        meter.CreateObservableCounter("gateway.jsonstore.pushes.conflated", () => Measure(shown => shown.Index.Postponed),
            description: "Values that a client was not ready for; it got a later one.");
        meter.CreateObservableGauge("gateway.jsonstore.subscriptions", () => Enum.GetValues<PushProtocol>().SelectMany(protocol => Measure(
            shown => shown.Index.Count(protocol), new KeyValuePair<string, object?>("protocol", protocol.ToString().ToLowerInvariant()))), description: "Subscriptions, by protocol.");
    }

    public void Dispose() => _shown = null;

    IEnumerable<Measurement<long>> Measure(Func<Shown, long> value, params KeyValuePair<string, object?>[] tags) =>
        _shown is { } shown ? [new(value(shown), [new("tenant", _tenant.Name), new("module", JsonStoreModule.ModuleName), .. tags])] : [];

    sealed record Shown(DocumentStore Store, SubscriptionIndex Index);
}
