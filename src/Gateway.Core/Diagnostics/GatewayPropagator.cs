using System.Diagnostics;

namespace Gateway.Core.Diagnostics;

/// <summary>
/// Names the gateway's own span to services that are called, as <c>traceparent</c>. Outside of one it names nothing: not the
/// HTTP client's activity, which nobody is shown, and not what a client of the gateway has sent.
/// </summary>
sealed class GatewayPropagator : DistributedContextPropagator
{
    readonly DistributedContextPropagator _w3c = CreateW3CPropagator();

    public override IReadOnlyCollection<string> Fields => _w3c.Fields;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        while (activity != null && !GatewayTraces.IsOurs(activity))
            activity = activity.Parent;
        if (activity != null)
            _w3c.Inject(activity, carrier, setter);
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        _w3c.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
