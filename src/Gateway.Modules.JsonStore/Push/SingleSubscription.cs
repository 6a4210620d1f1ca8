using Gateway.Core.Connections;
using Gateway.Modules.JsonStore.Storage;
using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Push;

/// <summary>A WebSocket on one path, which is sent the values themselves.</summary>
sealed class SingleSubscription(SubscriptionIndex index, PathNode node, ClientConnection client) : PathSubscription(index, node, client)
{
    public override PushProtocol Protocol => PushProtocol.Single;

    private protected override Frame Encode(Revision revision, JsonValue value) => Node.SingleFrame(value);
}
