using Gateway.Core.Connections;

namespace Gateway.Core.Topics;

/// <summary>One connection's place among the subscribers of one topic, from subscribing until it is disposed.</summary>
public sealed class Subscription : IDisposable
{
    internal const int NotListed = -1;
    internal const int HasLeft = -2;

    readonly Topic _topic;
    int _disposed;

    internal Subscription(Topic topic, ClientConnection connection)
    {
        _topic = topic;
        Connection = connection;
    }

    /// <summary>The connection that the topic's frames go to.</summary>
    public ClientConnection Connection { get; }

    /// <summary>The topic's name.</summary>
    public string Topic => _topic.Name;

    /// <summary>Its place in its shard's list of members; the shard's loop alone uses it.</summary>
    internal int Index { get; set; } = NotListed;

    /// <summary>No frame that is published from now on reaches the connection by this subscription.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _topic.Unsubscribe(this);
    }
}
