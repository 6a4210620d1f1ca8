using Gateway.Core.Auth;
using Gateway.Core.Connections;
using Gateway.Modules.JsonStore.Storage;
using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Push;

/// <summary>One of the paths of a WebSocket of the multi-subscription protocol, which is sent updates that name the path.</summary>
/// <param name="index">Where it is.</param>
/// <param name="node">The path.</param>
/// <param name="client">The client.</param>
/// <param name="identity">By whose token it is allowed.</param>
sealed class MultiSubscription(SubscriptionIndex index, PathNode node, ClientConnection client, Identity identity) : PathSubscription(index, node, client)
{
    /// <summary>By whose token it is allowed.</summary>
    public Identity Identity => identity;

    public override PushProtocol Protocol => PushProtocol.Multi;

    private protected override Frame Encode(Revision revision, JsonValue value) => Node.MultiFrame(value);
}
