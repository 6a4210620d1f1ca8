using System.Reflection;
using Gateway.Core.Connections;
using Gateway.Core.Connections.Transports;

namespace Gateway.Core.Topics;

/// <summary>Creates hubs for modules whose types only the catalog knows.</summary>
static class TopicHubs
{
    public static object Create(Type hub, SenderLoops loops, ConnectionSettings settings) =>
        Activator.CreateInstance(hub, BindingFlags.Instance | BindingFlags.NonPublic, null, [loops, settings], null)!;
}
