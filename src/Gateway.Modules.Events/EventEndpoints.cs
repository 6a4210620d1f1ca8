using System.Runtime.InteropServices;
using Gateway.Core.Modules;
using Gateway.Modules.Events.Storage;
using Gateway.Modules.Events.Streaming;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Events;

/// <summary>What adds and changes events.</summary>
sealed class EventEndpoints(EventStore store, Broadcaster broadcaster, EventsOptions options, TimeProvider time)
{
    const string Publish = "publish";
    const string KeyHeader = "Idempotency-Key";
    const int MaxKeyLength = 255;
    const string NeverFires = "repeat names no time that is still to come.";

    // The year 5138: nobody means it, and milliseconds of our time are beyond it.
    const long LastLikelySecond = 99_999_999_999;

    /// <summary><c>POST /insert</c>: adds an event.</summary>
    public Task InsertAsync(HttpContext context) => AnswerAsync(context, async form =>
    {
        var added = Read(form);
        if (form.Fault is { } fault)
            return Answers.BadRequest("field_invalid", fault);
        if (!MayPublish(context, added))
            return context.Forbid(Publish, $"/{added.CollectionId}");
        var user = context.Identity().Id();
        string? key = context.Request.Headers[KeyHeader];
        if (key?.Length is 0 or > MaxKeyLength)
            return Answers.BadRequest("idempotency_key_invalid", $"The {KeyHeader} must have 1 to {MaxKeyLength} characters.");
        InsertKey? insertKey = key == null ? null : InsertKey.Of(user, key, added);
        if (!TrySchedule(ref added))
            return Answers.BadRequest("field_invalid", NeverFires);
        var (outcome, records) = await store.InsertAsync([added], user, insertKey).ConfigureAwait(false);
        return outcome == ChangeOutcome.Done
            ? Warned(Answers.Inserted(records[0]), added.Timestamp)
            : Answers.Refusal(outcome);
    });

    /// <summary><c>POST /events/batch</c>: adds all events of <c>{"events": […]}</c>, or none.</summary>
    public Task InsertBatchAsync(HttpContext context) => AnswerAsync(context, async form =>
    {
        var forms = form.Forms("events");
        var added = forms.Select(Read).ToList();
        if (form.Fault is { } fault)
            return Answers.BadRequest("field_invalid", fault);
        for (int i = 0; i < forms.Count; i++)
        {
            if (forms[i].Fault is { } wrong)
                return Answers.BadRequest("field_invalid", $"Event {i}: {wrong}");
            if (!MayPublish(context, added[i]))
                return context.Forbid(Publish, $"/{added[i].CollectionId}");
            if (!TrySchedule(ref CollectionsMarshal.AsSpan(added)[i]))
                return Answers.BadRequest("field_invalid", $"Event {i}: {NeverFires}");
        }
        var (outcome, records) = added.Count == 0
            ? (ChangeOutcome.Done, [])
            : await store.InsertAsync(added, context.Identity().Id(), null).ConfigureAwait(false);
        return outcome == ChangeOutcome.Done
            ? Warned(Answers.InsertedAll(records), added.Select(one => one.Timestamp).DefaultIfEmpty().Max())
            : Answers.Refusal(outcome);
    });

    /// <summary>
    /// <c>GET /events/{id}/cancel</c>: as the original has it, but not for a browser that fetches what might be asked for.
    /// </summary>
    public Task CancelByGetAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Deprecation"] = "@1767225600";
        return context.Request.Headers["Sec-Purpose"].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase)
            ? Answers.Fault(StatusCodes.Status403Forbidden, "prefetch_refused", "This changes something: it is not there to be prefetched.").ExecuteAsync(context)
            : CancelAsync(context);
    }

    /// <summary>
    /// Cancels an event. What was answered as cancelled and not published is never sent to anybody; where it was too late for
    /// that, the answer comes when the event has been sent.
    /// </summary>
    public Task CancelAsync(HttpContext context) => Answers.StoredAsync(context, async () =>
    {
        if (IdOf(context) is not { } id)
            return Answers.Refusal(ChangeOutcome.NotFound);
        var (outcome, record) = await store.CancelAsync(id, options.OpenCancel ? null : context.Identity().Id()).ConfigureAwait(false);
        if (outcome != ChangeOutcome.Done)
            return Answers.Refusal(outcome);
        // Of a series another may be on its way.
        long onItsWay = record!.Series == null ? record.Fired : store.LastFired;
        await broadcaster.WhenGivenAsync(onItsWay).WaitAsync(context.RequestAborted).ConfigureAwait(false);
        return Answers.Event(record);
    });

    /// <summary><c>PATCH /events/{id}</c> with <c>{"timestamp"}</c>: another time for an event that is still to come.</summary>
    public Task RescheduleAsync(HttpContext context) => AnswerAsync(context, async form =>
    {
        long timestamp = form.Integer("timestamp");
        if (form.Fault is { } fault)
            return Answers.BadRequest("field_invalid", fault);
        if (IdOf(context) is not { } id)
            return Answers.Refusal(ChangeOutcome.NotFound);
        var (outcome, record) = await store.RescheduleAsync(id, context.Identity().Id(), timestamp).ConfigureAwait(false);
        return outcome == ChangeOutcome.Done ? Warned(Answers.Event(record!), timestamp) : Answers.Refusal(outcome);
    });

    async Task AnswerAsync(HttpContext context, Func<RequestForm, Task<IResult>> answer)
    {
        var (form, refusal) = await RequestForm.ReadAsync(context.Request, options.MaxBodyBytes).ConfigureAwait(false);
        await Answers.StoredAsync(context, () => refusal != null ? Task.FromResult(refusal) : answer(form!)).ConfigureAwait(false);
    }

    static NewEvent Read(RequestForm form)
    {
        var read = new NewEvent(
            form.Text("event"), form.Uuid("collection_id"), form.Integer("timestamp"), form.Json("data"), RepetitionForm.Read(form));
        form.Require(!read.Name.Any(char.IsControl), "event may hold no control characters.");
        return read;
    }

    // What repeats by a cron expression fires first when that says so, from the timestamp on.
    bool TrySchedule(ref NewEvent added)
    {
        if (added.Repetition == null)
            return true;
        long? first = added.Repetition.First(added.Timestamp, time.GetUtcNow().ToUnixTimeSeconds());
        added = added with { Timestamp = first ?? added.Timestamp };
        return first != null;
    }

    static bool MayPublish(HttpContext context, NewEvent added) => context.Allows(Publish, $"/{added.CollectionId}");

    static Guid? IdOf(HttpContext context) =>
        context.Request.RouteValues["id"] is string text && Uuid.TryParse(Uri.UnescapeDataString(text), out var id) ? id : null;

    static IResult Warned(IResult answer, long timestamp) => timestamp > LastLikelySecond
        ? answer.With("Warning", "299 - \"timestamp is in seconds; this one looks like milliseconds and is thousands of years ahead\"")
        : answer;
}
