using System.Diagnostics;
using Gateway.Core.Tenants;

namespace Gateway.Core.Diagnostics;

/// <summary>
/// The gateway's spans, of one source, <see cref="SourceName"/>. They say who and how many, and never what: no topic, no
/// payload, no token, no address. While nobody listens none is made, and to ask costs a read of one field.
/// </summary>
public static class GatewayTraces
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "Gateway";

    /// <summary>How many clients a span was for.</summary>
    public const string Subscribers = "gateway.subscribers";

    static readonly ActivitySource Source = new(SourceName);

    /// <summary>What HTTP clients that call services send of the current span.</summary>
    public static DistributedContextPropagator Propagator { get; } = new GatewayPropagator();

    /// <summary>Whether anybody listens to spans.</summary>
    public static bool AreOn => Source.HasListeners();

    /// <summary>
    /// Begins a span below the gateway's current one, else a trace of its own: a client may not decide what belongs to
    /// which trace, or what is sampled. The span that an HTTP request names is linked to. Dispose the span to end it. To be
    /// called by an async method: what is current for its caller then stays so.
    /// </summary>
    /// <param name="name">What is done; one of few names.</param>
    /// <param name="kind">Its part in what goes on between programs.</param>
    /// <param name="tenant">For whom.</param>
    /// <param name="module">By which module.</param>
    /// <returns>The span; null if nobody wants it.</returns>
    public static Activity? Start(string name, ActivityKind kind, Tenant tenant, string module) => Start(name, kind, tenant.Name, module);

    internal static Activity? Start(string name, ActivityKind kind, string tenant, string module)
    {
        if (!AreOn)
            return null;
        ActivityLink[]? links = null;
        if (Activity.Current is { } current && !IsOurs(current))
        {
            links = LinkTo(current);
            Activity.Current = null;
        }
        return Tag(Source.StartActivity(name, kind, parentContext: default, links: links), tenant, module);
    }

    /// <summary>The part of a publish that a sender loop did, from the publish until its last subscriber was served.</summary>
    internal static void AddFanOut(Activity publish, string tenant, string module, int subscribers)
    {
        using var fanOut = Tag(Source.StartActivity("fan-out", ActivityKind.Internal, publish.Context, startTime: publish.StartTimeUtc), tenant, module);
        fanOut?.SetTag(Subscribers, subscribers);
    }

    internal static bool IsOurs(Activity activity) => activity.Source == Source;

    static Activity? Tag(Activity? span, string tenant, string module) =>
        span?.SetTag("gateway.tenant", tenant).SetTag("gateway.module", module);

    // The request's own activity is the web server's, and is not shown to anybody; its parent is what the client named. What
    // else a client adds to its context is left out.
    static ActivityLink[]? LinkTo(Activity request) => request is { Parent: null, IdFormat: ActivityIdFormat.W3C } && request.ParentSpanId != default
        ? [new(new(request.TraceId, request.ParentSpanId, request.ActivityTraceFlags))]
        : null;
}
