using Gateway.Core.Connections;
using Gateway.Modules.JsonStore.Storage;
using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Push;

/// <summary>One of the paths of a WebSocket of the multi-subscription protocol, which is sent updates that name the path.</summary>
sealed class MultiSubscription(SubscriptionIndex index, PathNode node, ClientConnection client) : PathSubscription(index, node)
{
    public override PushProtocol Protocol => PushProtocol.Multi;

    private protected override bool TrySend(Revision revision, JsonValue value, out ValueTask whenReady) =>
        TrySend(client, Node.MultiFrame(value), out whenReady);
}
