using Gateway.Core.Connections;
using Gateway.Modules.Events.Storage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Events.Streaming;

/// <summary>
/// One client's stream: what it lacks from the store, at the pace at which it reads, then what fires, as frames that all
/// streams share.
/// </summary>
sealed class EventStream(EventStore store, Broadcaster broadcaster, EventsOptions options, StreamFilter filter, HttpConnection client)
{
    // So little may be missing when the stream joins the others: it is queued at once.
    const int MaxAtOnce = 256;

    // Clients that are sent away together come back apart.
    const int ShortestRetry = 2000;
    const int LongestRetry = 5000;

    readonly SseFrames _frames = new(store.Epoch);

    /// <summary>Serves the stream until the connection ends.</summary>
    public async Task ServeAsync(HttpResponse response, StreamStart start, CancellationToken closing)
    {
        // Before the client sees that the stream is open: it misses nothing from then on.
        long now = broadcaster.Last;
        await response.StartAsync(closing).ConfigureAwait(false);
        await response.Body.FlushAsync(closing).ConfigureAwait(false);
        client.Send(SseFrames.Opening(Random.Shared.Next(ShortestRetry, LongestRetry)));
        long at = start.Place is { } place ? place : await SendStateAsync(start, now, closing).ConfigureAwait(false);
        at = await ReplayAsync(at, mayLack: start.Place == 0, closing).ConfigureAwait(false);
        using var subscription = broadcaster.Subscribe(filter, client, at, _frames);
        if (subscription == null)
            client.Close(CloseReason.LimitReached);
        else
            await Task.Delay(Timeout.Infinite, closing).ConfigureAwait(false);
    }

    async ValueTask<long> SendStateAsync(StreamStart start, long at, CancellationToken closing)
    {
        if (start.IsGap)
            client.Send(SseFrames.OfStatus("""{"status":"gap"}"""));
        if (options.LegacyHeartbeat && at == 0)
            client.Send(SseFrames.OfStatus("connected"));
        if (start.SendsLatest)
        {
            foreach (var record in store.Latest(filter, at))
            {
                await SendAsync(_frames.Of(record), closing).ConfigureAwait(false);
            }
        }
        client.Send(_frames.Checkpoint(at));
        return at;
    }

    async ValueTask<long> ReplayAsync(long at, bool mayLack, CancellationToken closing)
    {
        var page = new List<EventRecord>();
        while (broadcaster.Last - at > MaxAtOnce)
        {
            closing.ThrowIfCancellationRequested();
            // Its place may be overtaken by what is no longer kept.
            if (!mayLack && store.LacksAfter(at, filter.Collections))
            {
                at = await SendStateAsync(StreamStart.Gap, broadcaster.Last, closing).ConfigureAwait(false);
                continue;
            }
            page.Clear();
            at = store.History(at, broadcaster.Last, page);
            foreach (var record in page.Where(filter.Matches))
            {
                await SendAsync(_frames.Of(record), closing).ConfigureAwait(false);
            }
        }
        return at;
    }

    // At the client's pace: what it missed may be more than its queue holds.
    async ValueTask SendAsync(Frame frame, CancellationToken closing)
    {
        await client.WhenRoomAsync(frame, closing).ConfigureAwait(false);
        client.Send(frame);
    }
}
