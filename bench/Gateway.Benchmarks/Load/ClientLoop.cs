using System.Diagnostics;

namespace Gateway.Benchmarks.Load;

/// <summary>Reads any number of connections on the calling thread, through one buffer.</summary>
sealed class ClientLoop : IDisposable
{
    /// <summary>Connections read between two calls of what runs in between.</summary>
    const int Stride = 64;

    readonly Epoll _epoll = new();
    readonly List<WebSocketClient> _clients = [];
    readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);

    /// <summary>Connections that the server has ended.</summary>
    internal int Ended { get; private set; }

    internal void Add(WebSocketClient client)
    {
        _epoll.Watch(client.Descriptor, _clients.Count);
        _clients.Add(client);
    }

    /// <summary>Waits for something to read, and reads it; <paramref name="between"/> runs now and then meanwhile.</summary>
    internal void Poll(TimeSpan timeout, Action? between = null)
    {
        var ready = _epoll.Wait(timeout);
        for (var i = 0; i < ready; i++)
        {
            var client = _clients[_epoll.Key(i)];
            if (!client.Receive(_buffer))
                End(client);
            if (i % Stride == Stride - 1)
                between?.Invoke();
        }
    }

    /// <summary>Reads for as long as that.</summary>
    internal void PollFor(TimeSpan duration)
    {
        var begin = Stopwatch.GetTimestamp();
        for (var left = duration; left > TimeSpan.Zero; left = duration - Stopwatch.GetElapsedTime(begin))
            Poll(left);
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _clients.ForEach(client => client.Dispose());
    }

    void End(WebSocketClient client)
    {
        _epoll.Forget(client.Descriptor);
        client.IsOver = true;
        Ended++;
    }
}
