using System.Globalization;
using Gateway.Core.Connections;
using Gateway.Modules.Events.Storage;
using Gateway.Modules.Events.Streaming;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Events;

/// <summary>
/// <c>GET /events?wait={seconds}</c>: the stream for clients, or proxies, that cannot stream. What there is is answered at
/// once as JSON; where there is nothing, the answer waits for the next event that passes, so long. The client asks again with
/// the id that it was answered.
/// </summary>
sealed class LongPoll(EventStore store, Broadcaster broadcaster, StreamSeats seats, EventsOptions options)
{
    /// <summary>The parameter.</summary>
    public const string Wait = "wait";

    const int MaxWait = 60;

    // Of one answer; what is behind it comes with the next.
    const int MaxEvents = 1000;

    public Task AnswerAsync(HttpContext context, StreamFilter filter, StreamStart start)
    {
        if (!int.TryParse(context.Request.Query[Wait], NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) || seconds > MaxWait)
            return Answers.BadRequest("wait_invalid", $"wait must be a whole number of seconds, at most {MaxWait}.").ExecuteAsync(context);
        return context.ServeAsync(async (client, closing) =>
        {
            using var seat = seats.TryTake(client.Identity);
            var answer = seat == null
                ? StreamSeats.TooMany
                : AnswerOf(await FindAsync(filter, start, TimeSpan.FromSeconds(seconds), closing).ConfigureAwait(false));
            await answer.ExecuteAsync(context).ConfigureAwait(false);
        });
    }

    async Task<Found> FindAsync(StreamFilter filter, StreamStart start, TimeSpan wait, CancellationToken closing)
    {
        long now = broadcaster.Last, place = start.Place ?? now;
        if (start.Place == null && store.Latest(filter, start.Sync, now) is var latest && (latest.Count > 0 || start.IsGap))
            return new(latest, now, start.IsGap);
        var complete = start.Place == 0 ? null : filter.Collections;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(closing);
        limit.CancelAfter(wait);
        try
        {
            while (true)
            {
                var (found, reached) = Read(filter, place, complete);
                if (reached is not { } read)
                    return Gap(filter, start);
                if (found.Count > 0)
                    return new(found, read, false);
                place = read;
                await broadcaster.WhenGivenAsync(place + 1).WaitAsync(limit.Token).ConfigureAwait(false);
                // Nothing more will be given.
                if (broadcaster.Last <= place)
                    return new([], place, false);
            }
        }
        catch (OperationCanceledException)
        {
            return new([], place, false);
        }
    }

    // A place of null: something is no longer kept, or too much is missing.
    (List<EventRecord> Found, long? Reached) Read(StreamFilter filter, long place, IReadOnlyCollection<Guid>? complete)
    {
        var (found, page) = (new List<EventRecord>(), new List<EventRecord>());
        long last = broadcaster.Last;
        while (place < last && found.Count < MaxEvents)
        {
            page.Clear();
            if ((complete != null && options.MaxReplay > 0 && last - place > options.MaxReplay) || store.History(place, last, complete, page) is not { } reached)
                return ([], null);
            place = reached;
            foreach (var record in page.Where(filter.Matches))
            {
                found.Add(record);
                if (found.Count < MaxEvents)
                    continue;
                place = record.Fired;
                break;
            }
        }
        return (found, place);
    }

    Found Gap(StreamFilter filter, StreamStart start)
    {
        long now = broadcaster.Last;
        return new(store.Latest(filter, StreamStart.Gap(start.Sync).Sync, now), now, true);
    }

    IResult AnswerOf(Found found)
    {
        var frames = new SseFrames(store.Epoch);
        return Answers.Json(writer =>
        {
            writer.WriteBoolean("gap", found.IsGap);
            writer.WriteStartArray("events");
            foreach (var record in found.Events)
            {
                writer.WriteStartObject();
                writer.WriteString("id", frames.Id(record.Fired));
                writer.WriteString("event", record.Name);
                writer.WritePropertyName("data");
                writer.WriteRawValue(record.Data, skipInputValidation: true);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteString("last_event_id", frames.Id(found.Place));
        }).With("Cache-Control", "private, no-store");
    }

    readonly record struct Found(IReadOnlyList<EventRecord> Events, long Place, bool IsGap);
}
