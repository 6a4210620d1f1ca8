using Gateway.Core.Connections;
using Gateway.Modules.JsonStore.Storage;
using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Push;

/// <summary>
/// A client's interest in one path. It begins held, so that the client is told the value of one revision before anything
/// newer is pushed. A client that is not ready for a push gets the value that is the newest once it is.
/// </summary>
/// <param name="index">Where it is.</param>
/// <param name="node">The path.</param>
/// <param name="client">The client.</param>
abstract class PathSubscription(SubscriptionIndex index, PathNode node, ClientConnection client) : IDisposable
{
    bool _isHeld = true;
    bool _isWaiting;
    bool _missed;
    int _disposed;

    public PathNode Node => node;

    /// <summary>What the client has been told last.</summary>
    public JsonValue? Told { get; set; }

    /// <summary>Its place in the node's list, which the node knows alone.</summary>
    public int Place { get; set; }

    /// <summary>By which protocol: the label of its metric.</summary>
    public abstract PushProtocol Protocol { get; }

    /// <summary>Lets pushes through from now on.</summary>
    /// <param name="told">What the client has been told.</param>
    public void Start(JsonValue told)
    {
        if (node.Release(this, told))
            index.Queue(node);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            index.Leave(this);
    }

    /// <summary>Under the node's lock.</summary>
    /// <returns>Whether a push came while it was held.</returns>
    internal bool Release()
    {
        _isHeld = false;
        return _missed;
    }

    /// <summary>Under the node's lock: gives the client the newest value, unless it knows it.</summary>
    /// <returns>False if the client is not ready.</returns>
    internal bool TryPush(Revision revision, JsonValue value, bool isKnown)
    {
        if (_isHeld)
        {
            _missed = true;
            return true;
        }
        if (_isWaiting)
            return isKnown;
        if (!isKnown)
        {
            var frame = Encode(revision, value);
            // Who is about to go needs none.
            if (!client.TrySend(frame) && client.Ending == null)
            {
                _isWaiting = true;
                _ = ResumeAsync(frame);
                return false;
            }
        }
        Told = value;
        return true;
    }

    /// <summary>The client cannot be pushed to, as something is wrong here.</summary>
    internal void Fail() => client.Close(CloseReason.InternalError);

    /// <summary>The value as the client's protocol has it.</summary>
    /// <param name="revision">The revision that the value is of.</param>
    /// <param name="value">The value.</param>
    private protected abstract Frame Encode(Revision revision, JsonValue value);

    async Task ResumeAsync(Frame frame)
    {
        try
        {
            await client.WhenRoomAsync(frame, client.Closing).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        node.Resume(this);
        index.Queue(node);
    }

    /// <summary>Under the node's lock.</summary>
    internal void Resume() => _isWaiting = false;
}
