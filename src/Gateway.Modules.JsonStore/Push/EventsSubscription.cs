using Gateway.Core.Connections;
using Gateway.Modules.JsonStore.Storage;
using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Push;

/// <summary>A request for server-sent events of one path.</summary>
sealed class EventsSubscription(SubscriptionIndex index, PathNode node, ClientConnection client) : PathSubscription(index, node, client)
{
    public override PushProtocol Protocol => PushProtocol.Events;

    private protected override Frame Encode(Revision revision, JsonValue value) => Node.EventFrame(revision, value);
}
