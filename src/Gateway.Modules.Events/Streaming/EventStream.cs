using Gateway.Core.Connections;
using Gateway.Modules.Events.Storage;

namespace Gateway.Modules.Events.Streaming;

/// <summary>
/// One client's stream: what it lacks from the store, at the pace at which it reads, then what fires, as frames that all
/// streams share. One that falls behind goes on from the store; one that is too far behind gets the latest values.
/// </summary>
sealed class EventStream(EventStore store, Broadcaster broadcaster, EventsOptions options, StreamFilter filter, HttpConnection client)
{
    // Clients that are sent away together come back apart.
    const int ShortestRetry = 2000;
    const int LongestRetry = 5000;

    readonly SseFrames _frames = new(store.Epoch);
    long _place;
    SyncMode _sync;
    bool _mayLack;

    // Who wants everything from the beginning lacks what is no longer kept, and is as far behind as may be.
    IReadOnlyCollection<Guid>? Complete => _mayLack ? null : filter.Collections;

    /// <summary>Serves the stream until the connection ends.</summary>
    public async Task ServeAsync(StreamStart start, CancellationToken closing)
    {
        // Before the client sees that the stream is open: it misses nothing from then on.
        long now = broadcaster.Last;
        client.Send(SseFrames.Opening(Random.Shared.Next(ShortestRetry, LongestRetry)));
        (_place, _sync, _mayLack) = (start.Place ?? now, start.Sync, start.Place == 0);
        if (start.Place == null)
            await SendStateAsync(start, closing).ConfigureAwait(false);
        while (await FollowAsync(closing).ConfigureAwait(false))
            closing.ThrowIfCancellationRequested();
    }

    // False when that is not possible.
    async ValueTask<bool> FollowAsync(CancellationToken closing)
    {
        var outcome = await ReplayAsync(closing).ConfigureAwait(false)
            ? broadcaster.Join(filter, client, ref _place, Complete, out var member)
            : Lacking(out member);
        switch (outcome)
        {
            case JoinOutcome.Joined:
                _mayLack = false;
                using (member)
                    _place = await member!.SentAwayAsync(closing).ConfigureAwait(false);
                return true;
            case JoinOutcome.Lacking:
                _place = broadcaster.Last;
                await SendStateAsync(StreamStart.Gap(_sync), closing).ConfigureAwait(false);
                return true;
            case JoinOutcome.Behind:
                return true;
            default:
                client.Close(CloseReason.LimitReached);
                return false;
        }
    }

    static JoinOutcome Lacking(out StreamMember? member)
    {
        member = null;
        return JoinOutcome.Lacking;
    }

    async ValueTask SendStateAsync(StreamStart start, CancellationToken closing)
    {
        if (start.IsGap)
            await SendAsync(SseFrames.OfStatus("""{"status":"gap"}"""), closing).ConfigureAwait(false);
        if (options.LegacyHeartbeat && _place == 0)
            await SendAsync(SseFrames.OfStatus("connected"), closing).ConfigureAwait(false);
        foreach (var record in store.Latest(filter, start.Sync, _place))
            await SendAsync(_frames.Of(record), closing).ConfigureAwait(false);
        await SendAsync(_frames.Checkpoint(_place), closing).ConfigureAwait(false);
    }

    // Until little is missing; false when what is missing is no longer kept, or too much.
    async ValueTask<bool> ReplayAsync(CancellationToken closing)
    {
        var page = new List<EventRecord>();
        while (broadcaster.Last - _place is > 0 and var missing)
        {
            if (!_mayLack && options.MaxReplay > 0 && missing > options.MaxReplay)
                return false;
            if (missing <= Broadcaster.MaxMissed && client.QueuedBytes == 0)
                return true;
            page.Clear();
            if (store.History(_place, broadcaster.Last, Complete, page) is not { } reached)
                return false;
            foreach (var record in page.Where(filter.Matches))
                await SendAsync(_frames.Of(record), closing).ConfigureAwait(false);
            _place = reached;
        }
        return true;
    }

    // At the client's pace: what it missed may be more than its queue holds.
    async ValueTask SendAsync(Frame frame, CancellationToken closing)
    {
        await client.WhenRoomAsync(frame, closing).ConfigureAwait(false);
        client.Send(frame);
    }
}
