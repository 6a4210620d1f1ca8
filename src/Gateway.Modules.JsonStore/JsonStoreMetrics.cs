using System.Diagnostics.Metrics;
using Gateway.Core.Diagnostics;
using Gateway.Core.Tenants;
using Gateway.Modules.JsonStore.Push;
using Gateway.Modules.JsonStore.Storage;

namespace Gateway.Modules.JsonStore;

/// <summary>What there is to know of a document and its subscribers beside what the core counts of connections and logs.</summary>
sealed class JsonStoreMetrics
{
    /// <summary>Creates the instruments.</summary>
    public JsonStoreMetrics(IMeterFactory factory, Tenant tenant, DocumentStore store, SubscriptionIndex index)
    {
        var meter = factory.Create(GatewayMetrics.MeterName);
        meter.CreateObservableGauge("gateway.jsonstore.document", () => Measure(store.Current.Root.Bytes), "By", "Length of the document as text.");
        meter.CreateObservableCounter("gateway.jsonstore.revisions", () => Measure(store.Changes), description: "Changes of the document since the start.");
        meter.CreateObservableCounter("gateway.jsonstore.pushes.conflated", () => Measure(index.Postponed),
            description: "Values that a client was not ready for; it got a later one.");
        meter.CreateObservableGauge("gateway.jsonstore.subscriptions", () => Enum.GetValues<PushProtocol>().Select(protocol => Measure(
            index.Count(protocol), new KeyValuePair<string, object?>("protocol", protocol.ToString().ToLowerInvariant()))), description: "Subscriptions, by protocol.");

        Measurement<long> Measure(long value, params ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            new(value, [new("tenant", tenant.Name), new("module", JsonStoreModule.ModuleName), .. tags]);
    }
}
