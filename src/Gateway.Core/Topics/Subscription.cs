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
            _topic.Unsubscribe(this, left: null);
    }

    /// <summary>
    /// Leaves as <see cref="Dispose"/> does, but loses nothing: what was published until now still reaches the connection, and
    /// nothing that is published from now on does. For whoever goes on with the connection in another way.
    /// </summary>
    /// <returns>Completes once all of it is on its way, before whatever is sent to the connection from then on.</returns>
    public Task LeaveAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return Task.CompletedTask;
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _topic.Unsubscribe(this, left);
        return left.Task;
    }
}
