using Gateway.Core.Auth;
using Gateway.Modules.Router.Callbacks;
using Gateway.Modules.Router.Topics;
using Microsoft.Extensions.Logging;

namespace Gateway.Modules.Router.Sessions;

/// <summary>What all sessions of a tenant have in common.</summary>
sealed class SessionContext(
    RouterOptions options, TopicTable topics, CallbackClient callbacks, RouterMetrics metrics, Refusals refusals, ILogger<Session> log)
{
    public RouterOptions Options { get; } = options;

    /// <summary>The services as they are now; their names' case counts.</summary>
    public IReadOnlyDictionary<string, ServiceOptions> Services => Options.ServicesByName;

    public TopicTable Topics { get; } = topics;

    public CallbackClient Callbacks { get; } = callbacks;

    public RouterMetrics Metrics { get; } = metrics;

    /// <summary>Where those are counted and logged whose <c>auth</c> is refused.</summary>
    public Refusals Refusals { get; } = refusals;

    public ILogger Log { get; } = log;
}
