using System.Diagnostics;
using Gateway.Benchmarks.Load;

namespace Gateway.Compare.Client;

/// <summary>Reads any number of connections on the calling thread, through one buffer.</summary>
sealed class Loop : IDisposable
{
    /// <summary>Connections read between two calls of what runs in between.</summary>
    const int Stride = 64;

    readonly Epoll _epoll = new();
    readonly List<Connection?> _connections = [];
    readonly Stack<int> _free = new();
    readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);

    /// <summary>Connections that the server has ended.</summary>
    internal int Ended { get; private set; }

    internal void Add(Connection connection)
    {
        if (!_free.TryPop(out int key))
        {
            key = _connections.Count;
            _connections.Add(null);
        }

        _connections[key] = connection;
        connection.Key = key;
        _epoll.Watch(connection.Descriptor, key);
    }

    /// <summary>Closes a connection from this side.</summary>
    internal void Close(Connection connection)
    {
        if (connection.IsOver)
            return;
        connection.Dispose();
        _connections[connection.Key] = null;
        _free.Push(connection.Key);
    }

    /// <summary>Reads it no more, and leaves it open.</summary>
    internal void Ignore(Connection connection) => _epoll.Forget(connection.Descriptor);

    /// <summary>Waits for something to read, and reads it; <paramref name="between"/> runs now and then meanwhile.</summary>
    internal void Poll(TimeSpan timeout, Action? between = null)
    {
        int ready = _epoll.Wait(timeout);
        for (int i = 0; i < ready; i++)
        {
            // One that was closed since the wait has no connection any more.
            if (_connections[_epoll.Key(i)] is { } connection && !connection.Receive(_buffer))
            {
                Ended++;
                Close(connection);
            }

            if (i % Stride == Stride - 1)
                between?.Invoke();
        }
    }

    /// <summary>Reads until that is so; false when it took longer than <paramref name="limit"/>.</summary>
    internal bool PollUntil(Func<bool> condition, TimeSpan limit)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(begin) > limit)
                return false;
            Poll(TimeSpan.FromMilliseconds(1));
        }

        return true;
    }

    /// <summary>Reads for as long as that.</summary>
    internal void PollFor(TimeSpan duration)
    {
        long begin = Stopwatch.GetTimestamp();
        for (var left = duration; left > TimeSpan.Zero; left = duration - Stopwatch.GetElapsedTime(begin))
            Poll(left);
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _connections.ForEach(connection => connection?.Dispose());
    }
}
