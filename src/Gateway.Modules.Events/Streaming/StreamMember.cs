using Gateway.Core.Connections;
using Gateway.Core.Topics;

namespace Gateway.Modules.Events.Streaming;

/// <summary>A stream among those that are given what fires, until it is disposed or sent away.</summary>
sealed class StreamMember(Broadcaster broadcaster, ClientConnection client, StreamFilter filter, Subscription subscription) : IDisposable
{
    readonly TaskCompletionSource<(long Place, Task Left)> _sentAway = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ClientConnection Client => client;

    public StreamFilter Filter => filter;

    /// <summary>Completes when the stream has been sent away, with the place up to which its client has been sent everything.</summary>
    public async Task<long> SentAwayAsync(CancellationToken closing)
    {
        var (place, left) = await _sentAway.Task.WaitAsync(closing).ConfigureAwait(false);
        await left.WaitAsync(closing).ConfigureAwait(false);
        return place;
    }

    /// <summary>The client is too slow: it is given what has been published, up to a place, and nothing more.</summary>
    public void SendAway(long place) => _sentAway.TrySetResult((place, subscription.LeaveAsync()));

    public void Dispose()
    {
        subscription.Dispose();
        broadcaster.Leave(this);
    }
}
