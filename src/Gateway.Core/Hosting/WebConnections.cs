using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Hosting;

/// <summary>
/// The web server's connections, for the time when it stops. Its clock stands still from then on, and with it all of its
/// time limits: a client that has sent half a request, or stops in the middle of a body, would hold the process until
/// the end of the drain. So here the clock goes on, and whoever has no request in progress is cut after a while.
/// </summary>
sealed class WebConnections
{
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a request may take to arrive that was on its way when the stop began.</summary>
    static readonly TimeSpan ArrivalTime = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<Entry, byte> _open = new();

    /// <summary>A connection middleware, to stand before all others.</summary>
    public ConnectionDelegate Track(ConnectionDelegate next) => async connection =>
    {
        var entry = new Entry(connection);
        connection.Features.Set(entry);
        connection.Features.Set<IConnectionHeartbeatFeature>(entry);
        _open.TryAdd(entry, 0);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            _open.TryRemove(entry, out _);
        }
    };

    /// <summary>A middleware, to stand before all others: notes that the connection has a request in progress.</summary>
    public static Task Use(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<Entry>() is not { } entry)
            return next(context);
        entry.Begin();
        var request = next(context);
        if (!request.IsCompleted)
            return entry.EndAfterAsync(request);
        entry.End();
        return request;
    }

    /// <summary>Cuts all of them, whatever is in progress.</summary>
    public void Abort()
    {
        foreach (var entry in _open.Keys)
            entry.Abort();
    }

    /// <summary>Runs from the moment when the server is told to stop until it has stopped.</summary>
    public async Task DrainAsync(CancellationToken stopped)
    {
        long start = Environment.TickCount64;
        using var timer = new PeriodicTimer(Beat);
        try
        {
            while (await timer.WaitForNextTickAsync(stopped).ConfigureAwait(false))
            {
                bool late = Environment.TickCount64 - start > ArrivalTime.TotalMilliseconds;
                foreach (var entry in _open.Keys)
                    entry.OnBeat(late);
            }
        }
        catch (OperationCanceledException)
        {
            // All have gone.
        }
    }

    sealed class Entry(ConnectionContext connection) : IConnectionHeartbeatFeature
    {
        readonly IConnectionHeartbeatFeature? _clock = connection.Features.Get<IConnectionHeartbeatFeature>();
        Action? _tick;
        int _requests;

        // Whoever asks the server's clock to be called is called by it, and by ours.
        public void OnHeartbeat(Action<object> action, object state)
        {
            _tick += () => action(state);
            _clock?.OnHeartbeat(action, state);
        }

        public void Begin() => Interlocked.Increment(ref _requests);

        public void End() => Interlocked.Decrement(ref _requests);

        public async Task EndAfterAsync(Task request)
        {
            try
            {
                await request.ConfigureAwait(false);
            }
            finally
            {
                End();
            }
        }

        public void Abort() => connection.Abort(new ConnectionAbortedException("The gateway was told to stop at once."));

        public void OnBeat(bool late)
        {
            if (late && Volatile.Read(ref _requests) == 0)
                connection.Abort(new ConnectionAbortedException("The gateway is shutting down."));
            else
                _tick?.Invoke();
        }
    }
}
